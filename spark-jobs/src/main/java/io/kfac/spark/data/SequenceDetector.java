package io.kfac.spark.data;

import java.io.Serializable;

/**
 * Tells, for each of some numeric columns, whether it counts the rows: 1, 2, 3, ... (from any start), as exported
 * indices and keys do.
 */
final class SequenceDetector implements Serializable {
    private static final long serialVersionUID = 1L;

    private final double[] previous;
    private final double[] least;
    private final double[] most;
    private final int[] breaks;
    private transient int[] alive;
    private transient int aliveCount;

    SequenceDetector(int width) {
        previous = new double[width];
        least = new double[width];
        most = new double[width];
        breaks = new int[width];
        java.util.Arrays.fill(previous, Double.NaN);
        java.util.Arrays.fill(least, Double.POSITIVE_INFINITY);
        java.util.Arrays.fill(most, Double.NEGATIVE_INFINITY);
    }

    /**
     * One row of all the columns.
     * @param segments files that the partition has begun to read: a count may start anew in each
     */
    void add(double[] row, int offset, int segments) {
        if (alive == null) {
            alive = new int[previous.length];
            java.util.Arrays.setAll(alive, j -> j);
            aliveCount = alive.length;
        }
        for (int k = 0; k < aliveCount; k++) {
            int j = alive[k];
            double x = row[offset + j];
            if (x != previous[j] + 1) {
                breaks[j]++;
            }
            previous[j] = x;
            least[j] = Math.min(least[j], x);
            most[j] = Math.max(most[j], x);
            if (breaks[j] > segments || x != Math.rint(x)) {
                breaks[j] = Integer.MAX_VALUE;
                alive[k--] = alive[--aliveCount];
            }
        }
    }

    void merge(SequenceDetector other) {
        for (int j = 0; j < breaks.length; j++) {
            least[j] = Math.min(least[j], other.least[j]);
            most[j] = Math.max(most[j], other.most[j]);
            breaks[j] = Math.max(breaks[j], other.breaks[j]);
        }
    }

    /** Whether column j takes each of {@code rows} consecutive numbers, in runs. */
    boolean countsRows(int j, long rows) {
        return breaks[j] != Integer.MAX_VALUE && most[j] - least[j] + 1 == rows;
    }
}
