// Draws every figure of the page from the JSON that is embedded in it. Needs nothing but the chart library above it.
(() => {
  'use strict';
  const root = document.documentElement;
  const specs = JSON.parse(document.getElementById('charts').textContent);
  const dashes = [[7, 4], [2, 3], [10, 3, 2, 3]];
  const drawn = [];

  window.addEventListener('error', e => { root.dataset.error = e.message; });

  // ---- numbers ----
  const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
  const significant = (v, digits) => {
    if (v === 0) return '0';
    const size = Math.abs(v);
    if (size >= 1e6 || size < 1e-4) return v.toExponential(digits - 1).replace(/\.?0+e/, 'e').replace('e+', 'e').replace('-', '−');
    if (size >= 1000) return grouped.format(v);
    return String(Number(v.toPrecision(digits))).replace('-', '−');
  };
  const scaled = (v, step, units) => {
    let unit = 0;
    while (Math.abs(v) >= step && unit < units.length - 1) { v /= step; unit++; }
    return significant(v, 3) + ' ' + units[unit];
  };
  const formats = {
    number: v => significant(v, 4),
    count: v => Number.isInteger(v) && Math.abs(v) < 1e6 ? grouped.format(v) : significant(v, 3),
    seconds: v => v === 0 ? '0' : v < 1e-3 ? significant(v * 1e6, 3) + ' µs' : v < 1 ? significant(v * 1e3, 3) + ' ms' : v < 120 ? significant(v, 3) + ' s' : v < 7200 ? significant(v / 60, 3) + ' min' : significant(v / 3600, 3) + ' h',
    bytes: v => v === 0 ? '0' : scaled(v, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB']),
    share: v => significant(v * 100, 4) + '%',
  };
  const show = (axis, v) => v === null || v === undefined || !isFinite(v) ? '–' : formats[axis.format](v);

  // ---- looks ----
  const css = name => getComputedStyle(root).getPropertyValue(name).trim();
  const colours = () => ({ ink: css('--ink'), soft: css('--soft'), faint: css('--faint'), line: css('--line'), paper: css('--paper'), raised: css('--raised') });
  const colour = i => css('--c' + (i % 8));
  const dash = (s) => s.dashed ? dashes[Math.floor(s.colour / 8) % 3] : s.colour >= 8 ? dashes[1] : 'solid';

  const escape = text => String(text).replace(/[&<>"']/g, c => '&#' + c.charCodeAt(0) + ';');
  const element = (name, attributes, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };

  // ---- what to draw ----
  const shown = (spec, state) => spec.series.filter(s => !spec.groups || s.group === state.group);
  const points = (s, key) => s.by[key] || { x: [], y: [] };
  const usable = (v, log) => v !== null && isFinite(v) && (!log || v > 0);

  // Powers of two while a few of them span the values, else powers of ten, else of a thousand: one tick each.
  function logScale(values) {
    const least = Math.min(...values), most = Math.max(...values);
    if (least === most) return { type: 'log', logBase: 2, min: least / 2, max: most * 2 };
    if (Math.log2(most / least) < 9) return { type: 'log', logBase: 2 };
    const pad = Math.pow(most / least, .02);
    return { type: 'log', logBase: most / least < 4e9 ? 10 : most / least < 1e28 ? 1000 : 1e6, min: least / pad, max: most * pad };
  }

  function axis(of, log, vertical, values, look) {
    // From 0, where that takes little of the picture.
    const least = Math.min(...values), most = Math.max(...values);
    const scale = log && values.length ? logScale(values) : { type: 'value', scale: vertical || values.length > 0 && (least > .1 * most || most < .1 * least) };
    const label = scale.logBase === 2 ? v => show(of, v >= 1 ? v : Number(v.toPrecision(2))) : v => show(of, v);
    const ticks = scale.min ? Math.ceil(Math.log(scale.max / scale.min) / Math.log(scale.logBase)) : 0;
    return {
      ...scale,
      name: of.label,
      nameLocation: vertical ? 'end' : 'middle',
      nameGap: vertical ? 12 : 28,
      nameTextStyle: { color: look.soft, fontSize: 12, align: vertical ? 'left' : 'center' },
      axisLine: { show: !vertical, lineStyle: { color: look.faint } },
      axisTick: { show: false },
      axisLabel: { color: look.soft, fontSize: 11.5, hideOverlap: true, formatter: label, showMinLabel: !scale.min, showMaxLabel: !scale.min },
      splitLine: { show: vertical, lineStyle: { color: look.line } },
      splitNumber: Math.max(vertical ? 4 : 6, ticks),
    };
  }

  function tooltip(look) {
    return {
      backgroundColor: look.paper, borderColor: look.line, borderWidth: 1, padding: [8, 12],
      textStyle: { color: look.ink, fontSize: 12.5 }, extraCssText: 'box-shadow:0 4px 18px rgba(0,0,0,.14);border-radius:8px',
      confine: true,
    };
  }

  /** [x, y, low, high] of what can be drawn; low and high only where the series has a band. */
  function rowsOf(s, state) {
    const p = points(s, state.x);
    return p.x.map((v, i) => [v, p.y[i], ...(p.low ? [p.low[i], p.high[i]] : [])])
      .filter(r => usable(r[0], state.logX) && r.slice(1).every(v => usable(v, state.logY)));
  }

  /** Of bars: what is filled down to 0. */
  const isOutline = rows => rows.length > 0 && rows.every(r => r.length === 4 && r[2] === 0 && r[3] === r[1]);

  // The library's common build has no series of areas between two curves: these are polygons laid under the lines.
  function bands(chart, spec, state) {
    const selected = (chart.getOption().legend[0] || {}).selected || {};
    const elements = shown(spec, state).filter(s => selected[s.name] !== false).map(s => {
      const rows = rowsOf(s, state).filter(r => r.length === 4);
      const at = (x, y) => chart.convertToPixel({ gridIndex: 0 }, [x, y]);
      const outline = rows.map(r => at(r[0], r[3])).concat(rows.map(r => at(r[0], r[2])).reverse());
      return { type: 'polygon', silent: true, z: 1, shape: { points: outline }, style: { fill: colour(s.colour), opacity: .15 } };
    }).filter(e => e.shape.points.length > 3);
    chart.setOption({ graphic: { elements } }, { replaceMerge: ['graphic'] });
  }

  function curves(spec, state, look) {
    const x = spec.xs.find(a => a.key === state.x);
    const list = shown(spec, state);
    const dots = spec.kind === 'points';
    const rows = list.map(s => rowsOf(s, state));
    const outlines = rows.map(isOutline);
    const marks = spec.marks.filter(m => usable(m.y, state.logY));
    const xs = rows.flat().map(r => r[0]);
    const ys = rows.flat().flatMap(r => r.slice(1)).concat(marks.map(m => m.y));
    const series = list.map((s, i) => ({
      type: dots ? 'scatter' : 'line', name: s.name, data: rows[i].map(r => [r[0], r[1]]), z: 3, symbol: 'circle',
      symbolSize: 6, showSymbol: dots || rows[i].length <= 12 && !outlines[i],
      lineStyle: { width: outlines[i] ? 1.25 : 2, color: colour(s.colour), type: dash(s) },
      itemStyle: { color: colour(s.colour), opacity: dots ? .6 : 1 },
      emphasis: { focus: 'series', lineStyle: { width: 3 } }, blur: { lineStyle: { opacity: .25 } },
    }));
    if (ys.length) {
      // Bands and targets belong into the picture: an invisible point at each end has the axis reach them.
      series.push({
        type: 'scatter', name: 'range', silent: true, symbolSize: 0, tooltip: { show: false },
        data: [[Math.min(...xs), Math.min(...ys)], [Math.max(...xs), Math.max(...ys)]],
        markLine: {
          silent: true, symbol: 'none', animation: false, precision: 12,
          lineStyle: { color: look.soft, type: [4, 4], width: 1 },
          label: { position: 'insideStartTop', color: look.soft, fontSize: 11.5, formatter: m => m.name, distance: [4, 5] },
          data: marks.map(m => ({ yAxis: m.y, name: m.label })),
        },
      });
    }
    if (spec.diagonal && ys.length) series.push(diagonal(xs, ys, look));
    const narrow = state.width < 520;
    return {
      animation: false,
      aria: { enabled: false },
      color: list.map(s => colour(s.colour)),
      grid: { left: 8, right: 24, top: 30 + 22 * legendRows(list, state.width), bottom: 34, containLabel: true },
      legend: { data: list.map(s => s.name), show: list.length > 1, type: 'plain', left: 0, top: 0, itemWidth: 20, itemHeight: 9, itemGap: narrow ? 10 : 16,
        textStyle: { color: look.soft, fontSize: 12.5 }, inactiveColor: look.faint,
        ...(dots ? { icon: 'circle' } : { itemStyle: { opacity: 0 } }) },
      tooltip: { ...tooltip(look), trigger: dots ? 'item' : 'axis',
        axisPointer: { type: 'line', lineStyle: { color: look.faint }, label: { show: false } },
        formatter: hovered => {
          const some = [].concat(hovered).filter(h => h.seriesName !== 'range' && h.seriesName !== 'equal' && h.data);
          if (!some.length) return '';
          return `<b>${escape(show(x, some[0].data[0]))}</b> ${escape(x.label)}<br>` + some.map(h =>
            `${h.marker} ${escape(h.seriesName)} <b style="float:right;margin-left:18px">${escape(show(spec.y, h.data[1]))}</b>`).join('<br>');
        } },
      xAxis: { ...axis(x, state.logX, false, xs, look), ...(outlines.includes(true) ? ends(xs, x) : {}) },
      yAxis: axis(spec.y, state.logY, true, ys, look),
      series,
    };
  }

  /** As far as bars reach, and not to the next round number, which is all that is written. */
  function ends(xs, of) {
    const least = Math.min(...xs), most = Math.max(...xs);
    const round = v => Math.abs(v) < 1e-9 * (most - least) ? 0 : Number(v.toPrecision(12));
    return { min: least, max: most, axisLabel: { ...axis(of, false, false, xs, colours()).axisLabel, showMinLabel: false, showMaxLabel: false, formatter: v => show(of, round(v)) } };
  }

  function diagonal(xs, ys, look) {
    const ends = [Math.max(Math.min(...xs), Math.min(...ys)), Math.min(Math.max(...xs), Math.max(...ys))];
    return { type: 'line', name: 'equal', data: ends.map(v => [v, v]), symbol: 'none', silent: true, z: 2,
      lineStyle: { color: look.soft, width: 1, type: [4, 4] }, tooltip: { show: false } };
  }

  function legendRows(list, width) {
    if (list.length < 2) return 0;
    let rows = 1, at = 0;
    for (const s of list) {
      const w = 42 + 6.2 * s.name.length;
      if (at > 0 && at + w > width) { rows++; at = 0; }
      at += w;
    }
    return rows;
  }

  function bars(spec, state, look) {
    return {
      animation: false,
      aria: { enabled: false },
      grid: { left: 8, right: 18, top: 30 + 22 * (legendRows(spec.series, state.width) - 1), bottom: 30, containLabel: true },
      legend: { left: 0, top: 0, itemWidth: 12, itemHeight: 12, icon: 'roundRect', textStyle: { color: look.soft, fontSize: 12.5 } },
      tooltip: { ...tooltip(look), trigger: 'axis', axisPointer: { type: 'shadow' },
        formatter: hovered => `<b>${escape(hovered[0].name)}</b><br>` + hovered.map(h =>
          `${h.marker} ${escape(h.seriesName)} <b style="float:right;margin-left:18px">${escape(show(spec.y, h.value))}</b>`).join('<br>') },
      xAxis: { ...axis(spec.y, false, false, [], look), splitLine: { show: true, lineStyle: { color: look.line } }, axisLine: { show: false } },
      yAxis: { type: 'category', inverse: true, data: spec.categories, axisTick: { show: false }, axisLine: { lineStyle: { color: look.faint } },
        axisLabel: { color: look.ink, fontSize: 12.5, width: state.width < 520 ? 110 : 220, overflow: 'truncate' } },
      series: spec.series.map(s => ({ type: 'bar', name: s.name, ...(spec.stacked ? { stack: 'all' } : { barGap: '0%', barCategoryGap: '28%' }), data: s.values, barMaxWidth: 24,
        itemStyle: { color: colour(s.colour), borderColor: look.paper, borderWidth: 1 }, emphasis: { focus: 'series' } })),
    };
  }

  // ---- controls: plain radio buttons, so that the keyboard and screen readers know them ----
  function segments(figure, legend, choices, chosen, choose) {
    const name = figure.dataset.chart + '-' + legend;
    const box = element('span', { class: 'segments' });
    choices.forEach(([value, label]) => {
      const input = element('input', { type: 'radio', name, value });
      input.checked = value === chosen;
      input.addEventListener('change', () => choose(value));
      box.append(element('label', {}, input, label));
    });
    return element('fieldset', {}, element('legend', {}, legend), box);
  }

  // ---- ways on a map ----
  function paths(spec, state, look) {
    const zip = p => p.x.map((v, i) => [v, p.y[i]]);
    const all = spec.series.concat(spec.axes ? [] : spec.outlines).flatMap(zip);
    const range = (i, pad) => {
      const least = Math.min(...all.map(p => p[i])), most = Math.max(...all.map(p => p[i]));
      const room = Math.max((most - least) * pad, 1e-3 * Math.abs(most), 1e-6);
      return [least - room, most + room];
    };
    const pad = spec.axes ? .14 : .02;
    let [x0, x1] = range(0, pad), [y0, y1] = range(1, pad);
    const grid = { left: spec.axes ? 8 : 70, right: spec.axes ? 20 : 70, top: 30, bottom: spec.axes ? 34 : 16, containLabel: spec.axes };
    if (!spec.axes) {
      const wide = state.width - grid.left - grid.right, high = state.height - grid.top - grid.bottom;
      const unit = Math.max((x1 - x0) / wide, (y1 - y0) / high), cx = (x0 + x1) / 2, cy = (y0 + y1) / 2;
      [x0, x1, y0, y1] = [cx - unit * wide / 2, cx + unit * wide / 2, cy - unit * high / 2, cy + unit * high / 2];
    }
    const tone = p => p.strong ? css('--warn') : colour(0);
    const ends = spec.series.map(p => { const points = zip(p); return { p, from: points[0], to: points[points.length - 1] }; });
    const scale = (of, least, most, vertical) => ({ ...axis(of, false, vertical, [], look), scale: true, min: least, max: most,
      show: spec.axes, axisLabel: { color: look.soft, fontSize: 11.5, showMinLabel: false, showMaxLabel: false, formatter: v => show(of, Number(v.toPrecision(3))) },
      splitLine: { show: false }, axisLine: { show: true, onZero: false, lineStyle: { color: look.faint } } });
    const label = p => spec.series.length <= 24 || p.strong;
    return {
      animation: false,
      aria: { enabled: false },
      grid,
      tooltip: { ...tooltip(look), trigger: 'item', formatter: h => h.data.title
        ? `<b>${escape(h.data.title)}</b><br>${escape(spec.x.label)} ${escape(show(spec.x, h.data.value[0]))}<br>${escape(spec.y.label)} ${escape(show(spec.y, h.data.value[1]))}` : '' },
      xAxis: scale(spec.x, x0, x1, false),
      yAxis: scale(spec.y, y0, y1, true),
      series: [
        ...spec.outlines.map(o => ({ type: 'line', data: zip(o), symbol: 'none', silent: true, z: 1, clip: true, tooltip: { show: false },
          lineStyle: { color: look.faint, width: 1, opacity: .7, type: spec.axes ? [3, 4] : 'solid' },
          endLabel: { show: o.label !== '', formatter: o.label.length > 24 ? o.label.slice(0, 23) + '…' : o.label, color: look.soft, fontSize: 11.5,
            ...(!spec.axes && o.x[o.x.length - 1] < -1e-6 ? { align: 'right', offset: [-12, 0] } : {}) } })),
        ...spec.series.map(p => ({ type: 'line', name: p.name, data: zip(p), symbol: 'none', silent: true, z: p.strong ? 4 : 3, tooltip: { show: false },
          lineStyle: { color: tone(p), width: p.strong ? 2.5 : 1.5 } })),
        { type: 'scatter', z: 5, symbolSize: 8, itemStyle: { color: look.paper, borderWidth: 1.5 },
          data: ends.map(e => ({ value: e.from, title: e.p.name + ', from', itemStyle: { borderColor: tone(e.p) } })) },
        { type: 'scatter', z: 6, symbolSize: 9, labelLayout: { hideOverlap: true, moveOverlap: 'shiftY' },
          data: ends.map(e => ({ value: e.to, title: e.p.name + ', to', itemStyle: { color: tone(e.p) },
            label: { show: spec.axes && label(e.p), position: e.to[0] < e.from[0] ? 'left' : 'right',
              textBorderColor: look.paper, textBorderWidth: 3, formatter: e.p.name, color: e.p.strong ? look.ink : look.soft, fontSize: 12 } })) },
      ],
    };
  }

  function controls(figure, spec, state, redraw) {
    const into = figure.querySelector('.controls');
    if (spec.kind === 'bars' || spec.kind === 'paths') return;
    const set = (key, value) => { state[key] = value; redraw(); };
    if (spec.groups) {
      const select = element('select', { 'aria-label': 'what to show' });
      spec.groups.forEach(g => select.append(element('option', { value: g }, g)));
      select.value = state.group;
      select.addEventListener('change', () => set('group', select.value));
      into.append(select);
    }
    if (spec.xs.length > 1) {
      into.append(segments(figure, 'against', spec.xs.map(a => [a.key, a.label]), state.x, v => {
        const to = spec.xs.find(a => a.key === v);
        state.x = v; state.logX = to.log; redraw(); mark(figure, state);
      }));
    }
    if (spec.xs.length > 1 && figure.classList.contains('wide')) {
      const scales = [['linear', 'linear'], ['log', 'log']];
      into.append(segments(figure, 'horizontal', scales, state.logX ? 'log' : 'linear', v => set('logX', v === 'log')));
      into.append(segments(figure, 'vertical', scales, state.logY ? 'log' : 'linear', v => set('logY', v === 'log')));
    }
  }

  function mark(figure, state) {
    const across = figure.querySelector(`input[name$="-horizontal"][value="${state.logX ? 'log' : 'linear'}"]`);
    if (across) across.checked = true;
  }

  // ---- the table behind a figure, made when it is opened ----
  function table(figure, spec, state) {
    const into = figure.querySelector('details .table');
    const head = element('tr', {}), body = element('tbody', {});
    const rows = [];
    if (spec.kind === 'paths' && spec.table.length) {
      spec.table[0].forEach(h => head.append(element('th', { scope: 'col' }, h)));
      rows.push(...spec.table.slice(1));
    } else if (spec.kind === 'paths') {
      ['', 'from: ' + spec.x.label, spec.y.label, 'to: ' + spec.x.label, spec.y.label].forEach(h => head.append(element('th', { scope: 'col' }, h)));
      spec.series.forEach(p => rows.push([p.name, show(spec.x, p.x[0]), show(spec.y, p.y[0]), show(spec.x, p.x[p.x.length - 1]), show(spec.y, p.y[p.y.length - 1])]));
    } else if (spec.kind === 'bars') {
      ['', ...spec.series.map(s => s.name)].forEach(h => head.append(element('th', { scope: 'col' }, h)));
      spec.categories.forEach((c, i) => rows.push([c, ...spec.series.map(s => show(spec.y, s.values[i]))]));
    } else {
      const x = spec.xs.find(a => a.key === state.x);
      const bands = spec.series.some(s => points(s, state.x).low);
      ['series', x.label, spec.y.label, ...(bands ? ['least', 'most'] : [])].forEach(h => head.append(element('th', { scope: 'col' }, h)));
      shown(spec, state).forEach(s => {
        const p = points(s, state.x);
        p.x.forEach((v, i) => rows.push([s.name, show(x, v), show(spec.y, p.y[i]),
          ...(bands ? [show(spec.y, p.low && p.low[i]), show(spec.y, p.high && p.high[i])] : [])]));
      });
    }
    rows.forEach(r => body.append(element('tr', {}, ...r.map((c, i) => element(i ? 'td' : 'th', i ? {} : { scope: 'row' }, c)))));
    into.replaceChildren(element('table', {}, element('thead', {}, head), body));
  }

  // ---- one figure ----
  function draw(figure) {
    const spec = specs[figure.dataset.chart];
    const plot = figure.querySelector('.plot');
    const first = spec.xs ? spec.xs[0] : {};
    const state = { x: first.key, logX: !!first.log, logY: !!(spec.y && spec.y.log), group: spec.groups && spec.groups[0] };
    if (spec.kind === 'bars') plot.style.height = 76 + 34 * spec.categories.length + 'px';
    const chart = echarts.init(plot, null, { renderer: 'svg' });
    const details = figure.querySelector('details');
    const redraw = () => {
      state.width = plot.clientWidth;
      state.height = plot.clientHeight;
      const option = ({ bars, paths }[spec.kind] || curves)(spec, state, colours());
      chart.setOption(option, true);
      if (spec.kind === 'lines') bands(chart, spec, state);
      figure.dataset.series = spec.kind === 'bars' || spec.kind === 'paths' ? spec.series.length : shown(spec, state).length;
      figure.dataset.axis = state.x || '';
      if (details.open) table(figure, spec, state);
    };
    controls(figure, spec, state, redraw);
    chart.on('legendselectchanged', () => { if (spec.kind === 'lines') bands(chart, spec, state); });
    details.addEventListener('toggle', () => { if (details.open) table(figure, spec, state); });
    redraw();
    drawn.push({ chart, redraw });
    root.dataset.drawn = drawn.length;
  }

  const figures = [...document.querySelectorAll('figure[data-chart]')];
  const later = window.requestIdleCallback ? f => requestIdleCallback(f, { timeout: 200 }) : f => setTimeout(f, 0);
  const next = () => {
    const figure = figures.shift();
    if (!figure) { root.dataset.complete = Math.round(performance.now()); return; }
    draw(figure);
    later(next);
  };
  if (figures.length) draw(figures.shift());
  root.dataset.ready = Math.round(performance.now());
  later(next);

  const again = () => drawn.forEach(d => { d.chart.resize(); d.redraw(); });
  let width = innerWidth;
  addEventListener('resize', () => { if (innerWidth !== width) { width = innerWidth; again(); } });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', again);
  addEventListener('beforeprint', again);
  addEventListener('afterprint', again);
})();
