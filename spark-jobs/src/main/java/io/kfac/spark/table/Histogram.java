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

    /** Equally spaced edges over nearly all of a sample. @param sample ascending */
    static double[] grid(double[] sample, int bins) {
        if (sample.length == 0) {
            return new double[0];
        }
        int cut = (int) (TAIL * sample.length);
        double low = sample[cut];
        double high = sample[sample.length - 1 - cut];
        double[] grid = new double[low < high ? bins + 1 : 0];
        Arrays.setAll(grid, j -> low + (high - low) * j / bins);
        return grid;
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
