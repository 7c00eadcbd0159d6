package io.kfac.spark.data;

import java.util.Arrays;

/** The nonzeros of one row, ascending by column, or of rows one after another; reused. */
final class SparseRow {
    private int[] columns = new int[64];
    private double[] values = new double[64];
    private int count;

    void clear() {
        count = 0;
    }

    /** Zeros are left out. @param column after all columns of this row so far */
    void append(int column, double value) {
        if (value == 0) {
            return;
        }
        if (count == columns.length) {
            columns = Arrays.copyOf(columns, 2 * count);
            values = Arrays.copyOf(values, 2 * count);
        }
        columns[count] = column;
        values[count++] = value;
    }

    void appendAll(SparseRow other) {
        if (count + other.count > columns.length) {
            int longer = Math.max(2 * columns.length, count + other.count);
            columns = Arrays.copyOf(columns, longer);
            values = Arrays.copyOf(values, longer);
        }
        System.arraycopy(other.columns, 0, columns, count, other.count);
        System.arraycopy(other.values, 0, values, count, other.count);
        count += other.count;
    }

    int count() {
        return count;
    }

    int[] columns() {
        return columns;
    }

    double[] values() {
        return values;
    }
}
