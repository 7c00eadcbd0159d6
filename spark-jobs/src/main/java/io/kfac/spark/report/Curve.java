package io.kfac.spark.report;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A quantity as it was seen on the way of a run.
 * @param points in the order of training
 */
record Curve(Quantity quantity, List<Point> points) {
    Curve {
        points = List.copyOf(points);
    }

    record Point(Across.Spent spent, double value) {}

    boolean isEmpty() {
        return points.isEmpty();
    }

    /** What had been spent when the value was first seen at the target: nothing is interpolated. Empty if it never was. */
    OptionalDouble reach(double target, Across across) {
        return points.stream()
                .filter(point -> quantity.reaches(point.value(), target))
                .mapToDouble(point -> across.of(point.spent()))
                .findFirst();
    }

    /** The best value seen; NaN where none was. */
    double best() {
        return points.stream().mapToDouble(Point::value).reduce(Double.NaN, quantity::better);
    }

    /** The last value seen; NaN where none was. */
    double last() {
        return points.isEmpty() ? Double.NaN : points.get(points.size() - 1).value();
    }

    /** Points whose amount is known, in ascending order of it. */
    List<Point> against(Across across) {
        List<Point> known = new ArrayList<>(points.stream()
                .filter(point -> Double.isFinite(across.of(point.spent())) && Double.isFinite(point.value()))
                .toList());
        known.sort((a, b) -> Double.compare(across.of(a.spent()), across.of(b.spent())));
        return known;
    }

    /** The values at ascending amounts, between points on straight lines; NaN outside. @param known as {@link #against} has them */
    static double[] at(List<Point> known, Across across, double[] amounts) {
        double[] values = new double[amounts.length];
        int next = 0;
        for (int i = 0; i < amounts.length; i++) {
            while (next < known.size() && across.of(known.get(next).spent()) < amounts[i]) {
                next++;
            }
            values[i] = next == known.size() ? Double.NaN : between(known, next, across, amounts[i]);
        }
        return values;
    }

    private static double between(List<Point> known, int next, Across across, double amount) {
        Point after = known.get(next);
        double x = across.of(after.spent());
        if (x == amount) {
            return after.value();
        }
        if (next == 0) {
            return Double.NaN;
        }
        Point before = known.get(next - 1);
        double start = across.of(before.spent());
        double share = (amount - start) / (x - start);
        return (1 - share) * before.value() + share * after.value();
    }
}
