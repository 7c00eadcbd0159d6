package io.kfac.spark.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Every number of every run, one a line: who, when, what had been spent, what it is called and its value. Lines without a run, which
 * come first, are of an optimizer over its seeds: what it spent on the way to a target, empty where it did not get there.
 */
final class ReportCsv {
    private static final List<String> SPENT = List.of("step", "elapsed", "epoch", "jobs", "bytes");

    private static final Across.Spent UNKNOWN = new Across.Spent(Double.NaN, Double.NaN, Double.NaN, Double.NaN);

    private final StringBuilder text =
            new StringBuilder("run,label,seed,step,seconds,epochs,jobs,bytes,quantity,value\n");

    private ReportCsv() {}

    static String of(Comparison comparison, List<Run> runs) {
        ReportCsv csv = new ReportCsv();
        for (Target target : comparison.targets()) {
            comparison.groups().forEach(group -> csv.add(comparison, group, target));
        }
        runs.forEach(csv::add);
        return csv.text.toString();
    }

    private void add(Comparison comparison, Group group, Target target) {
        String to = "%s=%s".formatted(target.quantity().key(), number(target.value()));
        Map<String, ToDoubleFunction<Spread>> rows = new LinkedHashMap<>();
        rows.put("median", Spread::median);
        rows.put("least", Spread::least);
        rows.put("most", Spread::most);
        rows.forEach((name, of) -> ofSeeds(
                group,
                new Across.Spent(
                        of.applyAsDouble(group.toReach(target, Across.SECONDS)),
                        of.applyAsDouble(group.toReach(target, Across.EPOCHS)),
                        of.applyAsDouble(group.toReach(target, Across.JOBS)),
                        of.applyAsDouble(group.toReach(target, Across.BYTES))),
                "%s to %s".formatted(name, to),
                target.value()));
        Spread seconds = group.toReach(target, Across.SECONDS);
        ofSeeds(group, UNKNOWN, "seeds that reached " + to, seconds.known());
        ofSeeds(group, UNKNOWN, "seeds of " + to, seconds.of());
        double ratio = comparison.ratio(group, target, Across.SECONDS);
        ofSeeds(group, UNKNOWN, "speed against the best baseline to " + to, ratio);
    }

    private void ofSeeds(Group group, Across.Spent spent, String quantity, double value) {
        line(",%s,,".formatted(quoted(group.label())), spent, quantity, value);
    }

    private void add(Run run) {
        for (Step step : run.steps()) {
            add(run, step.step(), step.spent(), "", step.line());
        }
        for (Look look : run.looks()) {
            for (Quantity quantity : Quantity.values()) {
                add(
                        run,
                        look.step(),
                        look.spent(),
                        quantity.key(),
                        look.values().getOrDefault(quantity, Double.NaN));
            }
        }
        for (Spectrum spectrum : run.spectra()) {
            add(run, spectrum.step(), UNKNOWN, "effective rank of " + spectrum.factor(), spectrum.effectiveRank());
            for (int i = 0; i < spectrum.values().length; i++) {
                String name = "eigenvalue %.0f of %s".formatted(spectrum.ranks()[i], spectrum.factor());
                add(run, spectrum.step(), UNKNOWN, name, spectrum.values()[i]);
            }
        }
        for (Closeness probe : run.closeness()) {
            add(run, probe.step(), UNKNOWN, "cosine with the exact step", probe.cosine());
            add(run, probe.step(), UNKNOWN, "euclidean cosine with the exact step", probe.euclidean());
        }
    }

    private void add(Run run, long step, Across.Spent spent, String prefix, JsonNode numbers) {
        numbers.fields().forEachRemaining(field -> {
            JsonNode value = field.getValue();
            if (value.isNumber() && !(prefix.isEmpty() && SPENT.contains(field.getKey()))) {
                add(run, step, spent, prefix + field.getKey(), value.doubleValue());
            } else if (value.isObject()) {
                add(run, step, spent, prefix + field.getKey() + ".", value);
            }
        });
    }

    private void add(Run run, long step, Across.Spent spent, String quantity, double value) {
        String who = "%s,%s,%d,%d"
                .formatted(
                        quoted(run.name()),
                        quoted(run.about().label()),
                        run.about().seed(),
                        step);
        line(who, spent, quantity, value);
    }

    private void line(String who, Across.Spent spent, String quantity, double value) {
        if (!Double.isFinite(value)) {
            return;
        }
        text.append(who);
        for (Across across : Across.values()) {
            double amount = across.of(spent);
            text.append(',').append(Double.isFinite(amount) ? number(amount) : "");
        }
        text.append(',')
                .append(quoted(quantity))
                .append(',')
                .append(number(value))
                .append('\n');
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? String.format(Locale.ROOT, "%.0f", value)
                : Double.toString(value);
    }

    /** A spreadsheet takes what begins with =, +, - or @ for a formula. */
    private static String quoted(String text) {
        String safe = text.matches("(?s)[=+@-].*") ? "'" + text : text;
        return safe.matches("(?s).*[\",\n\r].*") ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
    }
}
