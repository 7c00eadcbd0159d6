package io.kfac.spark.table;

import io.kfac.family.HalfPlane;
import io.kfac.spark.report.Chart;
import io.kfac.spark.report.PathChart;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Normal distributions are points (mean, standard deviation) of a hyperbolic plane, and a change of units is a motion of it: so whatever
 * the units, ways can begin at (0, 1), each in units of its own beginning.
 */
final class HalfPlaneChart {
    private static final int STEPS = 24;
    private static final double[] RADII = {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5};

    private final List<PathChart.Path> paths = new ArrayList<>();

    /** Adds the geodesic from one normal distribution to another; none where one of them is a single point. */
    void add(String name, boolean strong, double mean1, double sd1, double mean2, double sd2) {
        if (!(sd1 > 0 && sd2 > 0)) {
            return;
        }
        double[] velocity = new double[2];
        HalfPlane.NORMAL.log(0, 1, (mean2 - mean1) / sd1, sd2 / sd1, velocity);
        double[] x = new double[STEPS + 1];
        double[] y = new double[STEPS + 1];
        double[] point = new double[2];
        for (int i = 0; i <= STEPS; i++) {
            double t = (double) i / STEPS;
            HalfPlane.NORMAL.exp(0, 1, t * velocity[0], t * velocity[1], point);
            x[i] = point[0];
            y[i] = point[1];
        }
        paths.add(new PathChart.Path(name, strong, x, y));
    }

    /** @param origin what (0, 1) is, as in {@code the reference} */
    Optional<Chart> chart(Chart.Frame frame, String origin) {
        if (paths.isEmpty()) {
            return Optional.empty();
        }
        PathChart.Path longest = Collections.max(paths, Comparator.comparingDouble(HalfPlaneChart::length));
        double farthest = length(longest);
        double aside = 0.35;
        double heading = aside + Math.atan2(Math.sqrt(2) * (longest.y()[1] - 1), longest.x()[1]);
        List<PathChart.Outline> circles = new ArrayList<>();
        for (double radius : RADII) {
            if (radius >= farthest / 6 && radius <= 1.2 * farthest) {
                circles.add(circle(radius, heading));
            }
        }
        return Optional.of(new PathChart(
                frame,
                Pages.axis("mean", "mean, in standard deviations of " + origin),
                Pages.axis("sd", "standard deviation, relative to " + origin),
                paths,
                circles,
                true,
                List.of()));
    }

    private static double length(PathChart.Path path) {
        return HalfPlane.NORMAL.distance(0, 1, path.x()[STEPS], path.y()[STEPS]);
    }

    /** @param heading where it begins and ends, and bears its radius */
    private static PathChart.Outline circle(double radius, double heading) {
        int sides = 72;
        double[] x = new double[sides + 1];
        double[] y = new double[sides + 1];
        double[] point = new double[2];
        for (int i = 0; i <= sides; i++) {
            // A unit vector at (0, 1), where the Fisher information is 1 and 2.
            double phi = heading + 2 * Math.PI * i / sides;
            HalfPlane.NORMAL.exp(0, 1, radius * Math.cos(phi), radius * Math.sin(phi) / Math.sqrt(2), point);
            x[i] = point[0];
            y[i] = point[1];
        }
        return new PathChart.Outline(Pages.number(radius), x, y);
    }
}
