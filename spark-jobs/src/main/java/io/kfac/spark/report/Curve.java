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

    /** The value at an amount, between points on a straight line; NaN outside. */
    static double at(List<Point> known, Across across, double amount) {
        for (int i = 0; i < known.size(); i++) {
            double x = across.of(known.get(i).spent());
            if (x == amount) {
                return known.get(i).value();
            }
            if (x > amount) {
                if (i == 0) {
                    return Double.NaN;
                }
                double before = across.of(known.get(i - 1).spent());
                double share = (amount - before) / (x - before);
                return (1 - share) * known.get(i - 1).value()
                        + share * known.get(i).value();
            }
        }
        return Double.NaN;
    }
}
