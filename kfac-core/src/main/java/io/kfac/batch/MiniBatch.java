package io.kfac.batch;

import io.kfac.linalg.Features;
import java.io.Serializable;

/**
 * A block of rows. Weights are frequencies: weight 2 is the row twice.
 * @param weights one a row, finite and not negative; empty means all ones
 * @param rowIds  one a row: position in file order or the user's id column; batches and samples are keyed by it
 * @param offsets one a row, finite: added to each of its outputs, such as the log of an exposure; empty means all zero
 */
public record MiniBatch(Features features, Targets targets, double[] weights, long[] rowIds, double[] offsets)
        implements Serializable {
    private static final double[] NONE = {};

    public MiniBatch {
        int rows = features.rows();
        if (rowIds.length != rows || !fits(weights, rows) || !fits(offsets, rows)) {
            throw new IllegalArgumentException("Cannot make a block of %d rows: %d row ids, %d weights, %d offsets"
                    .formatted(rows, rowIds.length, weights.length, offsets.length));
        }
    }

    /** Without offsets. */
    public MiniBatch(Features features, Targets targets, double[] weights, long[] rowIds) {
        this(features, targets, weights, rowIds, NONE);
    }

    private static boolean fits(double[] values, int rows) {
        return values.length == 0 || values.length == rows;
    }

    public int rows() {
        return features.rows();
    }

    public double weight(int row) {
        return weights.length == 0 ? 1 : weights[row];
    }

    public double offset(int row) {
        return offsets.length == 0 ? 0 : offsets[row];
    }
}
