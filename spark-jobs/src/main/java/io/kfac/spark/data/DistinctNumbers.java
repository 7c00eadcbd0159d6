package io.kfac.spark.data;

import java.io.Serializable;
import java.util.Arrays;

/** Distinct numbers of a column with their rows, up to a limit: an open-addressing table without boxed objects. */
public final class DistinctNumbers implements Serializable {
    private static final long serialVersionUID = 1L;

    private final int limit;
    private double[] keys = new double[64];
    private long[] rows = new long[64];
    private double[] weights = new double[64];
    private int size;
    private long beyond;
    private boolean fractions;
    private long total;

    public DistinctNumbers(int limit) {
        this.limit = limit;
    }

    public void add(double value, double weight) {
        fractions |= value != Math.rint(value);
        add(value + 0.0, 1, weight); // -0.0 + 0.0 is 0.0
    }

    private void add(double value, long count, double weight) {
        total += count;
        int slot = slot(keys, rows, value);
        if (rows[slot] == 0) {
            if (size >= limit) {
                beyond += count;
                return;
            }
            keys[slot] = value;
            size++;
            rows[slot] = count;
            weights[slot] = weight;
            if (2 * size > keys.length) {
                grow();
            }
            return;
        }
        rows[slot] += count;
        weights[slot] += weight;
    }

    private static int slot(double[] keys, long[] rows, double value) {
        int mask = keys.length - 1;
        int slot = (int) RowHash.mix(Double.doubleToLongBits(value)) & mask;
        while (rows[slot] != 0 && keys[slot] != value) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        double[] oldKeys = keys;
        long[] oldRows = rows;
        double[] oldWeights = weights;
        keys = new double[2 * oldKeys.length];
        rows = new long[keys.length];
        weights = new double[keys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldRows[i] != 0) {
                int slot = slot(keys, rows, oldKeys[i]);
                keys[slot] = oldKeys[i];
                rows[slot] = oldRows[i];
                weights[slot] = oldWeights[i];
            }
        }
    }

    public void merge(DistinctNumbers other) {
        beyond += other.beyond;
        total += other.beyond;
        fractions |= other.fractions;
        for (int i = 0; i < other.keys.length; i++) {
            if (other.rows[i] != 0) {
                add(other.keys[i], other.rows[i], other.weights[i]);
            }
        }
    }

    /** Ascending. */
    public double[] values() {
        double[] values = new double[size];
        int n = 0;
        for (int i = 0; i < keys.length; i++) {
            if (rows[i] != 0) {
                values[n++] = keys[i];
            }
        }
        Arrays.sort(values);
        return values;
    }

    /** Rows with this value. */
    public long rowsOf(double value) {
        return rows[slot(keys, rows, value)];
    }

    double weightOf(double value) {
        return weights[slot(keys, rows, value)];
    }

    /** Mean over values of (count - expected)^2 / expected, where this part of the rows had the whole's shares. */
    double deviation(DistinctNumbers whole) {
        double sum = 0;
        for (double value : whole.values()) {
            double expected = (double) keptRows() * whole.rowsOf(value) / whole.keptRows();
            sum += (rowsOf(value) - expected) * (rowsOf(value) - expected) / expected;
        }
        return keptRows() == 0 ? 0 : sum / whole.kept();
    }

    /** Distinct values kept. */
    public int kept() {
        return size;
    }

    /** Rows of the values kept. */
    long keptRows() {
        return total - beyond;
    }

    /** Rows counted. */
    public long rows() {
        return total;
    }

    /** Whether there are more distinct values than the limit. */
    boolean overflowed() {
        return beyond > 0;
    }

    /** Whether a value is no whole number. */
    public boolean fractions() {
        return fractions;
    }
}
