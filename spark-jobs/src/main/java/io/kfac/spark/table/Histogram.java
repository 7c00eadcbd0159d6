package io.kfac.spark.table;

import java.util.Arrays;

/**
 * Bars of a picture.
 * @param edges   one more than bars; for counts, halves about each value
 * @param density share of all values, by width
 * @param outside share of values that lie beyond the picture
 */
record Histogram(double[] edges, double[] density, double outside) {
    /** Shares of a sample beyond which a value is an outlier that would squeeze the picture. */
    private static final double TAIL = 0.004;

    /** Distances between the quartiles, from them on, that are shown of a heavy tail. */
    private static final double REACH = 5;

    /** From here on values are taken for rounded. */
    private static final double MEAN_REPEATS = 2;

    /** Equally spaced edges over nearly all of a sample. @param sample ascending */
    static double[] grid(double[] sample, int bins) {
        return grid(bins, 0, sample);
    }

    /** The same over samples that may be rounded: bars are then of whole steps, as many in each. @param samples each ascending */
    static double[] commonGrid(int bins, double[]... samples) {
        return grid(bins, step(samples), samples);
    }

    private static double[] grid(int bins, double step, double[]... samples) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (double[] sample : samples) {
            if (sample.length > 0) {
                double between = at(sample, 0.75) - at(sample, 0.25);
                double reach = between > 0 ? REACH * between : Double.POSITIVE_INFINITY;
                low = Math.min(low, Math.max(at(sample, TAIL), at(sample, 0.25) - reach));
                high = Math.max(high, Math.min(at(sample, 1 - TAIL), at(sample, 0.75) + reach));
            }
        }
        if (!(low < high) || !Double.isFinite(high - low)) {
            return new double[0];
        }
        double width = step > 0 ? step * Math.ceil((high - low) / (bins * step)) : (high - low) / bins;
        double start = low - step / 2;
        double[] grid = new double[(int) Math.ceil((high + step / 2 - start) / width - 1e-9) + 1];
        Arrays.setAll(grid, j -> start + width * j);
        return grid;
    }

    /** A quantile. */
    private static double at(double[] sample, double share) {
        int cut = (int) (Math.min(share, 1 - share) * sample.length);
        return sample[share < 0.5 ? cut : sample.length - 1 - cut];
    }

    /** The least difference of values of which most come several times; 0 where they do not. */
    private static double step(double[]... samples) {
        double[] all =
                Arrays.stream(samples).flatMapToDouble(Arrays::stream).sorted().toArray();
        double least = Double.POSITIVE_INFINITY;
        int different = 1;
        for (int i = 1; i < all.length; i++) {
            if (all[i] > all[i - 1]) {
                least = Math.min(least, all[i] - all[i - 1]);
                different++;
            }
        }
        return MEAN_REPEATS * different <= all.length && different > 1 ? least : 0;
    }

    /** Of a sample itself. @param sample not empty */
    static Histogram of(double[] sample, double[] grid) {
        int bars = grid.length - 1;
        double low = grid[0];
        double width = (grid[bars] - low) / bars;
        double[] density = new double[bars];
        int inside = 0;
        for (double x : sample) {
            if (x >= low && x <= grid[bars]) {
                density[(int) Math.min(bars - 1, (x - low) / width)]++;
                inside++;
            }
        }
        for (int j = 0; j < bars; j++) {
            density[j] /= sample.length * width;
        }
        return new Histogram(grid, density, 1 - (double) inside / sample.length);
    }

    /** Of cells whose edges include the grid. */
    static Histogram of(Cells cells, double[] grid) {
        double[] cumulative = cells.cumulative();
        double[] at = new double[grid.length];
        for (int j = 0; j < grid.length; j++) {
            at[j] = cumulative[Arrays.binarySearch(cells.edges(), grid[j])];
        }
        double[] density = new double[Math.max(0, grid.length - 1)];
        for (int j = 0; j < density.length; j++) {
            density[j] = (at[j + 1] - at[j]) / (grid[j + 1] - grid[j]);
        }
        return new Histogram(grid, density, grid.length == 0 ? 1 : at[0] + 1 - at[grid.length - 1]);
    }

    /** Of counts. @param most bars */
    static Histogram of(ValueEvidence counts, int most) {
        double[] values = counts.values();
        double low = counts.min();
        double total = 0;
        int last = 0;
        while (last < values.length - 1
                && values[last] - low < most - 1
                && total + counts.times()[last] < (1 - TAIL) * counts.rows()) {
            total += counts.times()[last++];
        }
        int bars = (int) Math.min(most, values[last] - low + 1);
        double[] density = new double[bars];
        double inside = 0;
        for (int i = 0; i < values.length && values[i] - low < bars; i++) {
            density[(int) (values[i] - low)] = counts.times()[i] / counts.rows();
            inside += counts.times()[i] / counts.rows();
        }
        double[] edges = new double[bars + 1];
        Arrays.setAll(edges, j -> low - 0.5 + j);
        return new Histogram(edges, density, Math.max(0, 1 - inside));
    }
}
