package io.kfac.spark.table;

import io.kfac.spark.report.CurveChart.Points;
import java.util.function.DoubleUnaryOperator;

/** Lines of pictures of distributions: outlines of bars, and densities over them. */
final class DensityLines {
    private static final int POINTS = 160;

    /** Of the highest bar: what of a density is higher is cut off, as it may be infinite at an end. */
    private static final double MOST = 1.6;

    private DensityLines() {}

    /** The outline of bars, filled down to 0. */
    static Points bars(double[] edges, double[] heights) {
        int bars = heights.length;
        double[] x = new double[2 * bars];
        double[] y = new double[2 * bars];
        for (int j = 0; j < bars; j++) {
            x[2 * j] = edges[j];
            x[2 * j + 1] = edges[j + 1];
            y[2 * j] = heights[j];
            y[2 * j + 1] = heights[j];
        }
        return new Points(x, y, new double[2 * bars], y);
    }

    /** Of a density. @param top the highest bar */
    static Points curve(DoubleUnaryOperator density, double[] edges, double top) {
        double low = edges[0];
        double high = edges[edges.length - 1];
        double[] x = new double[POINTS];
        for (int i = 0; i < POINTS; i++) {
            x[i] = low + (high - low) * (i + 0.5) / POINTS;
        }
        return points(density, x, top);
    }

    /** Of probabilities of the whole numbers between the edges; of some of them, where they are many. */
    static Points counts(DoubleUnaryOperator probability, double[] edges, double top) {
        double least = Math.ceil(edges[0]);
        double most = Math.floor(edges[edges.length - 1]);
        double every = Math.max(1, Math.ceil((most - least) / POINTS));
        double[] x = new double[1 + (int) Math.max(0, (most - least) / every)];
        for (int i = 0; i < x.length; i++) {
            x[i] = least + every * i;
        }
        return points(probability, x, top);
    }

    private static Points points(DoubleUnaryOperator density, double[] x, double top) {
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            double at = density.applyAsDouble(x[i]);
            y[i] = at <= MOST * top ? at : Double.NaN;
        }
        return new Points(x, y);
    }
}
