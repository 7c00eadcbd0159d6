package io.kfac.spark.table;

import io.kfac.family.HalfPlane;
import io.kfac.spark.report.Chart;
import io.kfac.spark.report.CurveChart;
import io.kfac.spark.report.CurveChart.Line;
import io.kfac.spark.report.CurveChart.Points;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Pictures of one column: its histogram under the best densities, and how evenly the best one spreads it. */
final class FitCharts {
    private static final int MOST_PLANES = 12;
    private static final int FAMILIES = 3;

    /** Fisher-Rao distance of columns that would squeeze the picture of the others: eight times the standard deviation. */
    private static final double FARTHEST = 3;

    private static final int DATA_COLOUR = 7;
    private static final String X = "x";

    private FitCharts() {}

    static List<Chart> of(ColumnFit column, String id) {
        List<Chart> charts = new ArrayList<>();
        column.histogram()
                .filter(histogram -> histogram.density().length > 0)
                .ifPresent(histogram -> charts.add(densities(column, histogram, id)));
        if (!column.fitness().isEmpty()) {
            charts.add(transforms(column, id));
        }
        return charts;
    }

    /**
     * Where columns of real numbers are among normal distributions, each as seen from the one that has its quartiles: units and scales
     * of columns differ, so they have nothing else in common.
     */
    static Optional<Chart> columns(FitResult result) {
        HalfPlaneChart plane = new HalfPlaneChart();
        List<String> beyond = new ArrayList<>();
        for (ColumnFit column : result.columns()) {
            column.summary().filter(unused -> column.key().isEmpty()).ifPresent(summary -> summary.quartiles()
                    .filter(quartiles -> quartiles.sd() > 0)
                    .ifPresent(of -> {
                        if (HalfPlane.NORMAL.distance(of.median(), of.sd(), summary.mean(), summary.sd()) < FARTHEST) {
                            plane.add(column.name(), false, of.median(), of.sd(), summary.mean(), summary.sd());
                        } else {
                            beyond.add(column.name());
                        }
                    }));
        }
        String others = beyond.isEmpty() ? "" : " Beyond the picture: %s.".formatted(String.join(", ", beyond));
        Chart.Frame frame = new Chart.Frame(
                "plane",
                "How far columns are from normal",
                "From the normal distribution with a column's quartiles to the one with its mean and standard deviation, along a geodesic:"
                        + " normal columns stay at the hollow point, skewed ones move aside, heavy tails up. Dashed: circles of equal"
                        + " Fisher-Rao distance."
                        + others);
        return plane.chart(frame, "the quartiles' normal");
    }

    /** Where the rows of each key are among normal distributions, as seen from all of them together. */
    static List<Chart> planes(FitResult result) {
        Map<String, List<ColumnFit>> columns = new LinkedHashMap<>();
        result.columns().stream()
                .filter(column -> !column.key().isEmpty() && column.summary().isPresent())
                .forEach(column -> columns.computeIfAbsent(column.column(), name -> new ArrayList<>())
                        .add(column));
        List<Chart> planes = new ArrayList<>();
        columns.forEach((name, keys) -> plane(name, keys, planes.size()).ifPresent(planes::add));
        return planes.subList(0, Math.min(MOST_PLANES, planes.size()));
    }

    private static Optional<Chart> plane(String name, List<ColumnFit> keys, int number) {
        double rows = 0;
        double mean = 0;
        for (ColumnFit key : keys) {
            rows += key.rows();
            mean += key.rows() * key.summary().orElseThrow().mean();
        }
        mean /= rows;
        double square = 0;
        for (ColumnFit key : keys) {
            ColumnFit.Summary summary = key.summary().orElseThrow();
            square += key.rows()
                    / rows
                    * (summary.sd() * summary.sd() + (summary.mean() - mean) * (summary.mean() - mean));
        }
        HalfPlaneChart plane = new HalfPlaneChart();
        for (ColumnFit key : keys) {
            ColumnFit.Summary summary = key.summary().orElseThrow();
            plane.add(key.key(), false, mean, Math.sqrt(square), summary.mean(), summary.sd());
        }
        Chart.Frame frame = new Chart.Frame(
                "plane" + number,
                name,
                "Each key's normal distribution in the half-plane, by geodesics from that of all rows. Dashed: circles of equal"
                        + " Fisher-Rao distance.");
        return keys.size() < 2 ? Optional.empty() : plane.chart(frame, "all rows");
    }

    /** {@code negative binomial (r 2.31)}: known parameters in four digits. */
    static String title(FamilyFit fit) {
        String name = fit.name();
        int bracket = name.indexOf('(');
        if (bracket < 0) {
            return kind(fit);
        }
        return "%s(%s)"
                .formatted(kind(fit), Pages.number(Double.parseDouble(name.substring(bracket + 1, name.length() - 1))));
    }

    static String kind(FamilyFit fit) {
        return fit.name().replaceAll("\\(.*", "").replace('-', ' ');
    }

    private static Chart densities(ColumnFit column, Histogram histogram, String id) {
        boolean counts = column.measure() == ColumnFit.Measure.COUNTING;
        List<Line> lines = new ArrayList<>();
        lines.add(new Line(
                "data", DATA_COLOUR, false, Map.of(X, DensityLines.bars(histogram.edges(), histogram.density()))));
        double top = Arrays.stream(histogram.density()).max().orElse(0);
        for (int i = 0; i < Math.min(FAMILIES, column.ranked().size()); i++) {
            FamilyFit fit = column.ranked().get(i);
            Points points = counts
                    ? DensityLines.counts(fit::density, histogram.edges(), top)
                    : DensityLines.curve(fit::density, histogram.edges(), top);
            lines.add(new Line(title(fit), i, i > 0, Map.of(X, points)));
        }
        String outside = histogram.outside() > 0
                ? " %s%% of the values lie outside the picture.".formatted(Pages.number(100 * histogram.outside()))
                : "";
        return new CurveChart(
                new Chart.Frame(id + "-density", column.name(), "Values and the best fits." + outside),
                Pages.axis("density", counts ? "probability" : "density"),
                List.of(Pages.axis(X, column.column())),
                lines);
    }

    /** Of all fits that are drawn as densities. */
    private static Chart transforms(ColumnFit column, String id) {
        double[] edges = new double[Fitness.BINS + 1];
        Arrays.setAll(edges, j -> (double) j / Fitness.BINS);
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < Math.min(FAMILIES, column.ranked().size()); i++) {
            double[] shares = Arrays.stream(column.fitness().get(i).pit())
                    .map(share -> share * Fitness.BINS)
                    .toArray();
            Points steps = DensityLines.bars(edges, shares);
            Points points = i == 0 ? steps : new Points(steps.x(), steps.y());
            lines.add(new Line(title(column.ranked().get(i)), i, i > 0, Map.of(X, points)));
        }
        return new CurveChart(
                new Chart.Frame(
                        id + "-pit",
                        "%s: check".formatted(column.name()),
                        "Values, each taken to the fitted probability of smaller ones: even where the fit is right."),
                Pages.axis("share", "values, of what the fit expects"),
                List.of(Pages.axis(X, "fitted distribution function")),
                lines,
                List.of(new CurveChart.Mark("", 1)),
                false,
                false);
    }
}
