package io.kfac.spark.table;

import io.kfac.family.Families;
import io.kfac.family.Natural;
import io.kfac.family.Univariate;
import io.kfac.spark.report.BarChart;
import io.kfac.spark.report.Chart;
import io.kfac.spark.report.CurveChart;
import io.kfac.spark.report.CurveChart.Line;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** Pictures of columns before and after: values with fitted densities, and shares of categories. */
final class DriftShapes {
    private static final int MOST_NUMBERS = 24;
    private static final int MOST_CATEGORICAL = 12;
    private static final int MOST_BARS = 12;
    private static final int REFERENCE = 7;
    private static final int CURRENT = 0;
    private static final String X = "x";

    private DriftShapes() {}

    /** Of the columns of numbers that moved most. */
    static List<Chart> numbers(DriftResult result) {
        List<Chart> charts = new ArrayList<>();
        for (DriftResult.Judged judged : result.columns()) {
            ColumnDrift drift = judged.drift();
            Shapes.Pair pair = result.shapes().columns().get(drift.column());
            if (drift.moments().length == 4 && pair != null && charts.size() < MOST_NUMBERS) {
                charts.add(densities(drift, pair, "density" + charts.size()));
            }
        }
        return charts;
    }

    private static Chart densities(ColumnDrift drift, Shapes.Pair pair, String id) {
        Univariate family = (Univariate) Families.named(drift.family());
        List<Line> lines = new ArrayList<>();
        double top = 0;
        for (Histogram histogram : List.of(pair.reference(), pair.current())) {
            top = Math.max(top, Arrays.stream(histogram.density()).max().orElse(0));
        }
        lines.add(bars("reference", REFERENCE, pair.reference()));
        lines.add(bars("current", CURRENT, pair.current()));
        double[] edges = pair.reference().edges();
        fit(family, drift.reference(), "reference", REFERENCE, edges, top).ifPresent(lines::add);
        fit(family, drift.current(), "current", CURRENT, edges, top).ifPresent(lines::add);
        return new CurveChart(
                new Chart.Frame(id, drift.column(), caption(drift, pair)),
                Pages.axis("density", family.support().counting() ? "probability" : "density"),
                List.of(Pages.axis(X, drift.column())),
                lines);
    }

    private static String caption(ColumnDrift drift, Shapes.Pair pair) {
        double outside = Math.max(pair.reference().outside(), pair.current().outside());
        String family = drift.family().replace('-', ' ');
        return Character.toUpperCase(family.charAt(0)) + family.substring(1) + " distributions."
                + (outside > 0.001
                        ? " Up to %s%% of a table's values lie outside the picture."
                                .formatted(Pages.number(Math.rint(1_000 * outside) / 10))
                        : "");
    }

    /** Of all pictures of numbers. */
    static String note(DriftResult result) {
        Shapes shapes = result.shapes();
        boolean all = shapes.referenceRows() == result.referenceRows() && shapes.currentRows() == result.currentRows();
        return "Outlines are the values of %s; dashed are the distributions that were compared, fitted to all rows."
                .formatted(
                        all
                                ? "both tables"
                                : "%,d rows of the reference table and %,d of the current one, drawn at random"
                                        .formatted(shapes.referenceRows(), shapes.currentRows()));
    }

    private static Line bars(String table, int colour, Histogram histogram) {
        return new Line(table, colour, false, Map.of(X, DensityLines.bars(histogram.edges(), histogram.density())));
    }

    /** None of a table in which all values are equal. */
    private static Optional<Line> fit(
            Univariate family, double[] usual, String table, int colour, double[] edges, double top) {
        if (usual.length == 0) {
            return Optional.empty();
        }
        Natural natural = family.natural(usual);
        DoubleUnaryOperator density = x -> Math.exp(family.logDensity(natural, x));
        return Optional.of(new Line(
                table + " fit",
                colour,
                true,
                Map.of(
                        X,
                        family.support().counting()
                                ? DensityLines.counts(density, edges, top)
                                : DensityLines.curve(density, edges, top))));
    }

    /** Of the categorical columns that moved most. */
    static List<Chart> shares(DriftResult result) {
        List<Chart> charts = new ArrayList<>();
        for (DriftResult.Judged judged : result.columns()) {
            ColumnDrift drift = judged.drift();
            boolean values = drift.part() == Comparison.Part.VALUES;
            if (drift.isCategorical() && values && charts.size() < MOST_CATEGORICAL) {
                charts.add(shares(drift, "shares" + charts.size()));
            }
        }
        return charts;
    }

    private static Chart shares(ColumnDrift drift, String id) {
        double[] p = drift.reference();
        double[] q = drift.current();
        int[] shown = IntStream.range(0, p.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -Math.abs(Math.sqrt(p[i]) - Math.sqrt(q[i]))))
                .limit(p.length <= MOST_BARS ? MOST_BARS : MOST_BARS - 1)
                .sorted(order(drift))
                .mapToInt(Integer::intValue)
                .toArray();
        List<String> labels = new ArrayList<>();
        double[] reference = new double[Math.min(p.length, MOST_BARS)];
        double[] current = new double[reference.length];
        for (int k = 0; k < shown.length; k++) {
            labels.add(drift.labels().get(shown[k]));
            reference[k] = p[shown[k]];
            current[k] = q[shown[k]];
        }
        if (labels.size() < reference.length) {
            labels.add("%d others".formatted(p.length - shown.length));
            reference[shown.length] = Math.max(0, 1 - Arrays.stream(reference).sum());
            current[shown.length] = Math.max(0, 1 - Arrays.stream(current).sum());
        }
        return new BarChart(
                new Chart.Frame(
                        id,
                        drift.column(),
                        p.length > MOST_BARS
                                ? "Shares of the values whose share moved most."
                                : "Shares of its values."),
                new Chart.Axis("share", "share", Chart.Format.SHARE, false),
                labels,
                List.of(
                        new BarChart.Part("reference", REFERENCE, reference),
                        new BarChart.Part("current", CURRENT, current)),
                false);
    }

    /** Numbers as they are, names by how frequent they are. */
    private static Comparator<Integer> order(ColumnDrift drift) {
        boolean numbers = drift.labels().stream().allMatch(label -> label.matches("-?[0-9]+([.][0-9]+)?(E-?[0-9]+)?"));
        return numbers
                ? Comparator.naturalOrder()
                : Comparator.comparingDouble(i -> -drift.reference()[i] - drift.current()[i]);
    }
}
