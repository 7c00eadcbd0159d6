package io.kfac.batch;

import io.kfac.linalg.Features;
import java.io.Serializable;

/**
 * A block of rows. Weights are frequencies: weight 2 is the row twice.
 * @param weights one a row, finite and not negative; empty means all ones
 * @param rowIds  one a row: position in file order or the user's id column; batches and samples are keyed by it
 */
public record MiniBatch(Features features, Targets targets, double[] weights, long[] rowIds) implements Serializable {
    public MiniBatch {
        int rows = features.rows();
        if (rowIds.length != rows || (weights.length != 0 && weights.length != rows)) {
            throw new IllegalArgumentException("Cannot make a block of %d rows: %d row ids, %d weights"
                    .formatted(rows, rowIds.length, weights.length));
        }
    }

    public int rows() {
        return features.rows();
    }

    public double weight(int row) {
        return weights.length == 0 ? 1 : weights[row];
    }
}
