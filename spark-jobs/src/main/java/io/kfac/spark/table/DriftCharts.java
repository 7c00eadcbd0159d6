package io.kfac.spark.table;

import io.kfac.spark.report.Chart;
import io.kfac.spark.report.PathChart;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Pictures of how columns have moved: numbers in the hyperbolic half-plane, categories on the sphere. */
final class DriftCharts {
    private static final int STEPS = 24;
    private static final int MOST_SPHERES = 12;

    private DriftCharts() {}

    /** Of all columns of numbers, whatever family they are compared in. */
    static Optional<Chart> plane(DriftResult result) {
        HalfPlaneChart plane = new HalfPlaneChart();
        for (DriftResult.Judged judged : result.columns()) {
            double[] m = judged.drift().moments();
            if (m.length == 4) {
                plane.add(judged.drift().name(), judged.alarm(), m[0], m[1], m[2], m[3]);
            }
        }
        Chart.Frame frame = new Chart.Frame(
                "plane",
                "Columns of numbers in the half-plane of normal distributions",
                "All begin at the hollow point, each in units of its reference, and move along geodesics. Dashed: circles of"
                        + " equal Fisher-Rao distance.");
        return plane.chart(frame, "the reference");
    }

    /** Of the categorical columns that moved most. */
    static List<Chart> spheres(DriftResult result) {
        List<Chart> spheres = new ArrayList<>();
        for (DriftResult.Judged judged : result.columns()) {
            ColumnDrift drift = judged.drift();
            if (drift.isCategorical() && drift.labels().size() > 2 && spheres.size() < MOST_SPHERES) {
                spheres.add(sphere(drift, judged.alarm(), "sphere" + spheres.size()));
            }
        }
        return spheres;
    }

    /** Square roots of the shares of the two categories that moved most, and of all others together, seen from between the axes. */
    private static Chart sphere(ColumnDrift drift, boolean alarm, String id) {
        double[] p = drift.reference();
        double[] q = drift.current();
        int[] order = IntStream.range(0, p.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -Math.abs(Math.sqrt(p[i]) - Math.sqrt(q[i]))))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] from = lumped(p, order);
        double[] to = lumped(q, order);
        double[] x = new double[STEPS + 1];
        double[] y = new double[STEPS + 1];
        arc(from, to, x, y);
        List<PathChart.Outline> edges = new ArrayList<>();
        String[] corners = {
            drift.labels().get(order[0]),
            drift.labels().get(order[1]),
            p.length == 3 ? drift.labels().get(order[2]) : "all others"
        };
        for (int corner = 0; corner < 3; corner++) {
            double[] ex = new double[STEPS + 1];
            double[] ey = new double[STEPS + 1];
            arc(unit((corner + 2) % 3), unit(corner), ex, ey);
            edges.add(new PathChart.Outline(corners[corner], ex, ey));
        }
        return new PathChart(
                new Chart.Frame(
                        id,
                        drift.column(),
                        "From the hollow point to the filled one, along a great circle: square roots of the shares of %s, %s and %s."
                                .formatted(corners[0], corners[1], corners[2])),
                Pages.axis("x", "to the right"),
                Pages.axis("y", "up"),
                List.of(new PathChart.Path(drift.column(), alarm, x, y)),
                edges,
                false,
                shares(drift, order));
    }

    private static List<List<String>> shares(ColumnDrift drift, int[] order) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("category", "reference, %", "current, %"));
        for (int i : order) {
            rows.add(List.of(
                    drift.labels().get(i),
                    Pages.number(100 * drift.reference()[i]),
                    Pages.number(100 * drift.current()[i])));
        }
        return rows;
    }

    private static double[] unit(int axis) {
        double[] unit = new double[3];
        unit[axis] = 1;
        return unit;
    }

    private static double[] lumped(double[] p, int[] order) {
        double a = p[order[0]];
        double b = p[order[1]];
        return new double[] {Math.sqrt(a), Math.sqrt(b), Math.sqrt(Math.max(0, 1 - a - b))};
    }

    /** Great circle between two points of the sphere, projected along (1, 1, 1). */
    private static void arc(double[] from, double[] to, double[] x, double[] y) {
        for (int i = 0; i <= STEPS; i++) {
            double t = (double) i / STEPS;
            double[] point = new double[3];
            double norm = 0;
            for (int j = 0; j < 3; j++) {
                point[j] = (1 - t) * from[j] + t * to[j];
                norm += point[j] * point[j];
            }
            norm = Math.sqrt(norm);
            x[i] = (point[1] - point[0]) / Math.sqrt(2) / norm;
            y[i] = (2 * point[2] - point[0] - point[1]) / Math.sqrt(6) / norm;
        }
    }

    /** {@code "mean 3.1 → 3.4, sd 2 → 2.1"}; of categories, those that moved most. */
    static String members(ColumnDrift drift) {
        List<String> names = DriftFiles.parameterNames(drift);
        double[] p = drift.reference();
        double[] q = drift.current();
        if (p.length == 0 || q.length == 0) {
            return drift.part() == Comparison.Part.JOINT ? String.join(", ", names) : "–";
        }
        boolean shares = drift.isCategorical();
        int most = shares ? 3 : p.length;
        Integer[] order = new Integer[p.length];
        Arrays.setAll(order, i -> i);
        if (shares) {
            Arrays.sort(order, Comparator.comparingDouble(i -> -Math.abs(Math.sqrt(p[i]) - Math.sqrt(q[i]))));
        }
        List<String> texts = new ArrayList<>();
        for (int k = 0; k < Math.min(most, p.length); k++) {
            int i = order[k];
            texts.add(
                    shares
                            ? "%s %s%% → %s%%"
                                    .formatted(names.get(i), Pages.number(100 * p[i]), Pages.number(100 * q[i]))
                            : "%s %s → %s".formatted(names.get(i), Pages.number(p[i]), Pages.number(q[i])));
        }
        return String.join(", ", texts);
    }
}
