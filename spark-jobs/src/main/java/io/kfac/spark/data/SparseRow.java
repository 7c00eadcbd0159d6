package io.kfac.spark.data;

import java.util.Arrays;

/** The nonzeros of one row, ascending by column; reused from row to row. */
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
