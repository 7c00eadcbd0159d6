package io.kfac.spark.table;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Counts of values between edges, cell j holding those above edge j - 1 and up to edge j, the last one those above all edges; and
 * their sums.
 */
final class Cells implements Serializable {
    private static final long serialVersionUID = 1L;

    private final double[] edges;
    private final double[] counts;
    private final double[] sums;

    /** @param edges ascending, each once */
    Cells(double[] edges) {
        this.edges = edges.clone();
        this.counts = new double[edges.length + 1];
        this.sums = new double[edges.length + 1];
    }

    /**
     * Edges between which there are about as many values each, and equally spaced ones for a histogram.
     * @param sample some of the values, ascending
     */
    static double[] edges(double[] sample, int bins) {
        double[] grid = Histogram.grid(sample, bins);
        double[] all = Arrays.copyOf(sample, sample.length + grid.length);
        System.arraycopy(grid, 0, all, sample.length, grid.length);
        return Arrays.stream(all).sorted().distinct().toArray();
    }

    void add(double x, double times) {
        int found = Arrays.binarySearch(edges, x);
        int cell = found < 0 ? -found - 1 : found;
        counts[cell] += times;
        sums[cell] += times * x;
    }

    void merge(Cells that) {
        for (int j = 0; j < counts.length; j++) {
            counts[j] += that.counts[j];
            sums[j] += that.sums[j];
        }
    }

    double[] edges() {
        return edges;
    }

    double rows() {
        return Arrays.stream(counts).sum();
    }

    /** Share of values up to each edge. */
    double[] cumulative() {
        double rows = rows();
        double[] shares = new double[edges.length];
        double sum = 0;
        for (int j = 0; j < shares.length; j++) {
            sum += counts[j];
            shares[j] = sum / rows;
        }
        return shares;
    }

    /** The value that so large a share is below; between two edges as if values were spread evenly there. */
    double quantile(double share) {
        double wanted = share * rows();
        double before = 0;
        for (int j = 1; j < edges.length; j++) {
            double first = before + (j == 1 ? counts[0] : 0);
            if (first + counts[j] >= wanted && counts[j] > 0) {
                double part = Math.max(0, wanted - first) / counts[j];
                return edges[j - 1] + part * (edges[j] - edges[j - 1]);
            }
            before = first + counts[j];
        }
        return Double.NaN;
    }

    /** Sum of |x - location|; of values in the location's own cell as if they were spread evenly there. */
    double deviations(double location) {
        double sum = 0;
        for (int j = 0; j < counts.length; j++) {
            double low = j == 0 ? Double.NEGATIVE_INFINITY : edges[j - 1];
            double high = j == edges.length ? Double.POSITIVE_INFINITY : edges[j];
            if (location > low && location < high && Double.isFinite(low) && Double.isFinite(high)) {
                double below = (location - low) * (location - low);
                double above = (high - location) * (high - location);
                sum += counts[j] * (below + above) / (2 * (high - low));
            } else {
                sum += Math.abs(sums[j] - counts[j] * location);
            }
        }
        return sum;
    }
}
