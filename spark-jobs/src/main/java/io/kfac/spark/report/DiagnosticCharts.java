package io.kfac.spark.report;

import io.kfac.spark.report.CurveChart.Line;
import io.kfac.spark.report.CurveChart.Points;
import io.kfac.spark.report.Step.Gauge;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/** The charts that say why: what steps were like, how good their models were, and what curvature they saw. Of each optimizer, its first run. */
final class DiagnosticCharts {
    private static final int POINTS = 160;
    private static final int DOTS = 300;
    private static final Chart.Axis STEP = new Chart.Axis("step", "step", Chart.Format.COUNT, true);

    private final List<Group> groups;

    DiagnosticCharts(List<Group> groups) {
        this.groups = groups;
    }

    List<Chart> gauges() {
        List<Chart> charts = new ArrayList<>();
        for (Gauge gauge : Gauge.values()) {
            gauge(gauge).ifPresent(charts::add);
        }
        return charts;
    }

    private Optional<Chart> gauge(Gauge gauge) {
        List<Line> lines = new ArrayList<>();
        for (Group group : groups) {
            first(group).ifPresent(run -> {
                List<Step> known = finite(run.steps(), gauge.of());
                double[] y = known.stream().mapToDouble(gauge.of()).toArray();
                if (Arrays.stream(y).anyMatch(v -> v != 0)) {
                    int[] kept = Downsample.extremes(POINTS, y);
                    Points points = new Points(Bands.pick(column(known, Step::step), kept), Bands.pick(y, kept));
                    lines.add(new Line(group.label(), group.colour(), group.baseline(), Map.of(STEP.key(), points)));
                }
            });
        }
        return lines.isEmpty()
                ? Optional.empty()
                : Optional.of(new CurveChart(
                        new Chart.Frame(gauge.key(), gauge.label(), gauge.caption()),
                        new Chart.Axis(
                                gauge.key(),
                                gauge.label().toLowerCase(java.util.Locale.ROOT),
                                Chart.Format.NUMBER,
                                gauge.log()),
                        List.of(STEP),
                        lines));
    }

    Optional<Chart> kl() {
        ToDoubleFunction<Step> predicted = step -> Step.number(step.line(), "predictedKl");
        ToDoubleFunction<Step> measured = step -> Step.number(step.line(), "measuredKl");
        List<Line> lines = new ArrayList<>();
        for (Group group : groups) {
            first(group).ifPresent(run -> {
                List<Step> known = finite(finite(run.steps(), predicted), measured);
                if (!known.isEmpty()) {
                    double[] y = known.stream().mapToDouble(measured).toArray();
                    int[] kept = Downsample.extremes(DOTS, y);
                    Points points = new Points(Bands.pick(column(known, predicted), kept), Bands.pick(y, kept));
                    lines.add(new Line(group.label(), group.colour(), false, Map.of("predicted", points)));
                }
            });
        }
        return lines.isEmpty()
                ? Optional.empty()
                : Optional.of(new CurveChart(
                        new Chart.Frame(
                                "kl",
                                "How far steps went",
                                "KL(before || after), in nats a row: what the metric predicted and what was measured. On the line both agree."),
                        new Chart.Axis("measured", "measured KL", Chart.Format.NUMBER, true),
                        List.of(new Chart.Axis("predicted", "predicted KL", Chart.Format.NUMBER, true)),
                        lines,
                        List.of(),
                        true,
                        true));
    }

    /** Cosine of the proposed with the exact natural gradient's step. */
    Optional<Chart> closeness() {
        List<Line> lines = new ArrayList<>();
        for (Group group : groups) {
            group.runs().stream()
                    .filter(run -> !run.closeness().isEmpty())
                    .findFirst()
                    .ifPresent(run -> lines.add(new Line(
                            group.label(),
                            group.colour(),
                            group.baseline(),
                            Map.of(
                                    STEP.key(),
                                    new Points(
                                            column(run.closeness(), c -> c.step()),
                                            column(run.closeness(), Closeness::cosine))))));
        }
        return lines.isEmpty()
                ? Optional.empty()
                : Optional.of(new CurveChart(
                        new Chart.Frame(
                                "closeness",
                                "How close each metric is to the exact Fisher",
                                "Cosine, in the Fisher's own metric, of the step that the optimizer's metric proposes with the exact natural gradient"
                                        + " on a probe batch, damped by 0.001, which conjugate gradients solve for. Its square is the share of the exact step's"
                                        + " predicted gain that the proposed direction gets."),
                        new Chart.Axis("cosine", "cosine", Chart.Format.NUMBER, false),
                        List.of(STEP),
                        lines));
    }

    /** Eigenvalues of the factors, the latest spectrum of each and the earlier ones. */
    Optional<Chart> spectra() {
        List<Line> lines = new ArrayList<>();
        for (Group group : groups) {
            first(group).ifPresent(run -> factors(run).forEach(factor -> {
                int age = 0;
                for (Spectrum spectrum : of(run, factor)) {
                    lines.add(new Line(
                            "step " + Numbers.text(Chart.Format.COUNT, spectrum.step()),
                            group.label() + ": " + factor,
                            age++,
                            false,
                            Map.of("rank", new Points(spectrum.ranks(), spectrum.values()))));
                }
            }));
        }
        return lines.isEmpty()
                ? Optional.empty()
                : Optional.of(new CurveChart(
                        new Chart.Frame(
                                "spectra",
                                "Spectra of the curvature factors",
                                "Eigenvalues from the greatest: A of a layer's inputs, G of its back-propagated gradients; L and R, of Shampoo, of its"
                                        + " batch gradients' rows and columns."),
                        new Chart.Axis("eigenvalue", "eigenvalue", Chart.Format.NUMBER, true),
                        List.of(new Chart.Axis("rank", "rank", Chart.Format.COUNT, true)),
                        lines));
    }

    Optional<Chart> effectiveRanks() {
        List<Line> lines = new ArrayList<>();
        for (Group group : groups) {
            first(group).ifPresent(run -> factors(run).forEach(factor -> {
                List<Spectrum> spectra = of(run, factor);
                lines.add(new Line(
                        factor + ", order "
                                + Numbers.text(
                                        Chart.Format.COUNT, spectra.get(0).order()),
                        group.label(),
                        (int) lines.stream()
                                .filter(line -> line.group().equals(group.label()))
                                .count(),
                        false,
                        Map.of(
                                STEP.key(),
                                new Points(column(spectra, s -> s.step()), column(spectra, Spectrum::effectiveRank)))));
            }));
        }
        return lines.isEmpty()
                ? Optional.empty()
                : Optional.of(new CurveChart(
                        new Chart.Frame(
                                "ranks",
                                "Effective rank of the factors",
                                "Exponential of the entropy of the eigenvalues' shares: the order where all are equal, 1 where one is all."),
                        new Chart.Axis("rank", "effective rank", Chart.Format.NUMBER, true),
                        List.of(STEP),
                        lines));
    }

    private static Optional<Run> first(Group group) {
        return group.runs().stream().filter(run -> !run.steps().isEmpty()).findFirst();
    }

    private static TreeSet<String> factors(Run run) {
        TreeSet<String> names = new TreeSet<>();
        run.spectra().forEach(spectrum -> names.add(spectrum.factor()));
        return names;
    }

    private static List<Spectrum> of(Run run, String factor) {
        return run.spectra().stream()
                .filter(spectrum -> spectrum.factor().equals(factor))
                .sorted(java.util.Comparator.comparingLong(Spectrum::step))
                .toList();
    }

    private static List<Step> finite(List<Step> steps, ToDoubleFunction<Step> of) {
        return steps.stream()
                .filter(step -> Double.isFinite(of.applyAsDouble(step)))
                .toList();
    }

    private static <T> double[] column(List<T> rows, ToDoubleFunction<T> of) {
        return rows.stream().mapToDouble(of).toArray();
    }
}
