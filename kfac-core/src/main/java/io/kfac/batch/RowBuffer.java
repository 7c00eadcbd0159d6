package io.kfac.batch;

import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.FeatureBuffer;
import io.kfac.linalg.Features;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Precision;
import java.util.Optional;

/** Rows gathered from blocks until there are enough for one pass at gemm speed; reused, so that a step allocates nothing. */
public final class RowBuffer {
    private final FeatureBuffer features;
    private final Matrix targets;
    private final double[] weights;
    private final long[] rowIds;
    private double[] offsets = {};
    private boolean inputsAreTargets;
    private Optional<Matrix> borrowed = Optional.empty();
    private int rows;

    /**
     * @param example  features of the kind (dense or sparse, width) that will be appended
     * @param outputs  columns of T(y)
     * @param capacity the most rows held at a time
     */
    public RowBuffer(Features example, int outputs, Precision precision, int capacity) {
        features = FeatureBuffer.like(example, capacity);
        targets = Matrix.zeros(precision, capacity, outputs);
        weights = new double[capacity];
        rowIds = new long[capacity];
    }

    public int rows() {
        return rows;
    }

    public int room() {
        return rowIds.length - rows;
    }

    public void clear() {
        features.clear();
        borrowed = Optional.empty();
        rows = 0;
    }

    /** Takes the first {@code count} of the given rows of a block; count is at most {@link #room}. */
    public void append(MiniBatch block, int[] selected, int count) {
        if (fillsWith(block, selected, count)) {
            borrowed =
                    Optional.of(((DenseFeatures) block.features()).matrix().rowRange(selected[0], selected[0] + count));
        } else {
            block.features().appendTo(features, selected, count);
        }
        for (int i = 0; i < count; i++) {
            rowIds[rows + i] = block.rowIds()[selected[i]];
            weights[rows + i] = block.weight(selected[i]);
        }
        appendOffsets(block, selected, count);
        appendTargets(block.targets(), selected, count);
        rows += count;
    }

    /** Room for offsets is made when the first block that has some comes: those before it had zeros. */
    private void appendOffsets(MiniBatch block, int[] selected, int count) {
        if (offsets.length == 0 && block.offsets().length > 0) {
            offsets = new double[rowIds.length];
        }
        if (offsets.length > 0) {
            for (int i = 0; i < count; i++) {
                offsets[rows + i] = block.offset(selected[i]);
            }
        }
    }

    /** Whether one run of dense rows fills the whole buffer: then the block itself serves, and nothing is copied. */
    private boolean fillsWith(MiniBatch block, int[] selected, int count) {
        return rows == 0
                && count == rowIds.length
                && block.features() instanceof DenseFeatures
                && selected[count - 1] - selected[0] == count - 1;
    }

    private void appendTargets(Targets source, int[] selected, int count) {
        inputsAreTargets = source instanceof Targets.Inputs;
        if (source instanceof Targets.Classes classes) {
            targets.rowRange(rows, rows + count).fill(0);
            boolean single = targets.cols() == 1;
            for (int i = 0; i < count; i++) {
                int label = classes.labels()[selected[i]];
                if (single) {
                    targets.set(rows + i, 0, label);
                } else {
                    targets.set(rows + i, label, 1);
                }
            }
        } else if (source instanceof Targets.Values values) {
            double[] row = new double[targets.cols()];
            for (int i = 0; i < count; i++) {
                values.values().getRow(selected[i], row);
                targets.setRow(rows + i, row);
            }
        }
    }

    /** The rows held, valid until the next change. */
    public Features features() {
        return borrowed.<Features>map(DenseFeatures::new).orElseGet(features::view);
    }

    /** T(y) of the rows, n x k. */
    public Matrix targets() {
        Matrix view = targets.rowRange(0, rows);
        if (inputsAreTargets) {
            features().copyTo(view);
        }
        return view;
    }

    /** At least {@link #rows} numbers. */
    public double[] weights() {
        return weights;
    }

    /** At least {@link #rows} numbers to be added to the outputs, or none where all are zero. */
    public double[] offsets() {
        return offsets;
    }

    /** At least {@link #rows} ids. */
    public long[] rowIds() {
        return rowIds;
    }
}
