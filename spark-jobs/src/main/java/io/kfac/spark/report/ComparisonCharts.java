package io.kfac.spark.report;

import io.kfac.spark.report.Step.Phase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The charts that say which optimizer gets where at what price. */
final class ComparisonCharts {
    /** Points of a line: about as many as a wide chart has pixels to tell apart. */
    private static final int POINTS = 240;

    private final Comparison comparison;

    ComparisonCharts(Comparison comparison) {
        this.comparison = comparison;
    }

    /** The quantity that optimizers are compared by. */
    Optional<Chart> loss() {
        String caption =
                switch (comparison.quantity()) {
                    case LOSS -> "On the same rows and by the same code for all, off their clocks.";
                    case VALIDATION_LOSS -> "Mean loss of the rows that each run held out.";
                    default -> "As its batches had it, before each step: other rows at every point, so it is noisy.";
                };
        return curves(comparison.quantity(), caption);
    }

    Optional<Chart> testLoss() {
        return curves(Quantity.TEST_LOSS, "Mean loss of rows that no run was trained on.");
    }

    Optional<Chart> accuracy() {
        return curves(Quantity.ACCURACY, "Share of the test rows that are classified rightly.");
    }

    Optional<Chart> validation() {
        return comparison.quantity() == Quantity.VALIDATION_LOSS
                ? Optional.empty()
                : curves(Quantity.VALIDATION_LOSS, "Mean loss of the rows that each run held out.");
    }

    /** Beside the validation loss of a single run, to see whether it overfits. */
    Optional<Chart> batchLoss() {
        return comparison.quantity() == Quantity.VALIDATION_LOSS
                        && comparison.groups().size() == 1
                ? curves(Quantity.BATCH_LOSS, "Before each step, on other rows at every point.")
                : Optional.empty();
    }

    private Optional<Chart> curves(Quantity quantity, String caption) {
        List<CurveChart.Line> lines = new ArrayList<>();
        for (Group group : comparison.groups()) {
            List<Curve> curves = group.runs().stream()
                    .map(run -> run.curve(quantity))
                    .filter(curve -> !curve.isEmpty())
                    .toList();
            Map<String, CurveChart.Points> against = new LinkedHashMap<>();
            for (Across across : Across.values()) {
                CurveChart.Points points = Bands.of(curves, across, POINTS);
                if (points.x().length > 0) {
                    against.put(across.key(), points);
                }
            }
            if (!against.isEmpty()) {
                lines.add(new CurveChart.Line(group.label(), group.colour(), group.baseline(), against));
            }
        }
        List<CurveChart.Mark> marks = comparison.targets().stream()
                .filter(target -> target.quantity() == quantity)
                .map(target -> new CurveChart.Mark("target " + quantity.text(target.value()), target.value()))
                .toList();
        return lines.isEmpty()
                ? Optional.empty()
                : Optional.of(new CurveChart(
                        new Chart.Frame(quantity.key(), capital(quantity.label()), caption),
                        quantity.axis(),
                        Arrays.stream(Across.values()).map(Across::axis).toList(),
                        lines,
                        marks,
                        false,
                        false));
    }

    /** Seconds of an average run by phase. */
    Optional<Chart> time() {
        List<Group> timed = comparison.groups().stream()
                .filter(group ->
                        group.runs().stream().anyMatch(run -> !run.steps().isEmpty()))
                .toList();
        if (timed.isEmpty()) {
            return Optional.empty();
        }
        List<BarChart.Part> parts = new ArrayList<>();
        double[] left = timed.stream()
                .mapToDouble(group -> mean(group, run -> run.spent().seconds()))
                .toArray();
        for (Phase phase : Phase.values()) {
            double[] seconds = timed.stream()
                    .mapToDouble(group -> mean(group, run -> total(run, phase)))
                    .toArray();
            for (int i = 0; i < left.length; i++) {
                left[i] -= seconds[i];
            }
            parts.add(new BarChart.Part(phase.label(), phase.ordinal(), seconds));
        }
        parts.add(new BarChart.Part(
                "driver", 7, Arrays.stream(left).map(v -> Math.max(0, v)).toArray()));
        return Optional.of(new BarChart(
                new Chart.Frame(
                        "time",
                        "Where the time goes",
                        "Seconds of a run, the mean over its seeds. Work in tasks is that of the slowest one; driver is what is in no other part."),
                new Chart.Axis("seconds", "seconds", Chart.Format.SECONDS, false),
                timed.stream().map(Group::label).toList(),
                parts,
                true));
    }

    private static double total(Run run, Phase phase) {
        return run.steps().stream()
                .mapToDouble(step -> step.seconds(phase))
                .filter(Double::isFinite)
                .sum();
    }

    private static double mean(Group group, java.util.function.ToDoubleFunction<Run> of) {
        return group.runs().stream()
                .filter(run -> !run.steps().isEmpty())
                .mapToDouble(of)
                .average()
                .orElse(0);
    }

    /** What tuning saw: the last loss of every member of a baseline's grid. */
    Optional<Chart> sensitivity() {
        List<CurveChart.Line> lines = new ArrayList<>();
        for (Group group : comparison.groups()) {
            if (group.tuned()) {
                lines.addAll(grid(group));
            }
        }
        return lines.isEmpty()
                ? Optional.empty()
                : Optional.of(new CurveChart(
                        new Chart.Frame(
                                "sensitivity",
                                "What tuning was worth",
                                "Training loss at the end of each trial, by learning rate and rows of a batch. Trials that diverged are left out."),
                        Quantity.LOSS.axis(),
                        List.of(new Chart.Axis("rate", "learning rate", Chart.Format.NUMBER, true)),
                        lines));
    }

    private static List<CurveChart.Line> grid(Group group) {
        Map<Double, List<Run>> byBatch = new TreeMap<>();
        group.trials().stream().filter(Run::good).forEach(run -> byBatch.computeIfAbsent(
                        run.about().trial().orElseThrow().batchRows(), rows -> new ArrayList<>())
                .add(run));
        List<CurveChart.Line> lines = new ArrayList<>();
        byBatch.forEach((rows, runs) -> {
            List<Run> sorted = runs.stream()
                    .sorted(Comparator.comparingDouble(ComparisonCharts::rate))
                    .toList();
            lines.add(new CurveChart.Line(
                    Numbers.text(Chart.Format.COUNT, rows) + " rows",
                    group.label(),
                    lines.size(),
                    false,
                    Map.of(
                            "rate",
                            new CurveChart.Points(
                                    sorted.stream()
                                            .mapToDouble(ComparisonCharts::rate)
                                            .toArray(),
                                    sorted.stream()
                                            .mapToDouble(run ->
                                                    run.curve(Quantity.LOSS).last())
                                            .toArray()))));
        });
        return lines;
    }

    private static double rate(Run run) {
        return run.about().trial().orElseThrow().learningRate();
    }

    List<Chart> all() {
        return Stream.of(loss(), testLoss(), accuracy(), validation(), batchLoss(), time(), sensitivity())
                .flatMap(Optional::stream)
                .toList();
    }

    private static String capital(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
