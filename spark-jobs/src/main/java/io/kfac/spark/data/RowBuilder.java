package io.kfac.spark.data;

import io.kfac.batch.MiniBatch;
import io.kfac.batch.Targets;
import io.kfac.linalg.CsrFeatures;
import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Features;
import io.kfac.linalg.FloatMatrix;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Precision;
import java.util.Arrays;

/**
 * Gathers encoded rows. They leave as a block, or, on their way to another partition, as bytes that {@link RowChunk} reads: those lack
 * the column of ones.
 */
final class RowBuilder {
    private final BlockLayout layout;
    private final int part;
    private final int capacity;
    /** Of a dense row: columns, with that of ones where the rows leave as a block. */
    private final int stride;

    private final boolean ones;
    private final long[] ids;
    private final double[] weights;
    private final double[] offsets;
    private final int[] labels;
    private final double[] targets;
    /** Of sparse rows: where each row's entries end. */
    private final int[] ends;

    private int[] columns = {};
    private float[] floats = {};
    private double[] doubles = {};
    private int rows;
    private int entries;

    private RowBuilder(BlockLayout layout, int part, int capacity, boolean ones) {
        this.layout = layout;
        this.part = part;
        this.capacity = capacity;
        this.ones = ones;
        this.stride = layout.width() + (ones ? 1 : 0);
        this.ids = new long[capacity];
        this.weights = new double[layout.weighted() ? capacity : 0];
        this.offsets = new double[layout.shifted() ? capacity : 0];
        this.labels = new int[layout.target() == BlockLayout.TargetKind.CLASSES ? capacity : 0];
        this.targets = new double[layout.target() == BlockLayout.TargetKind.VALUES ? capacity : 0];
        this.ends = new int[layout.sparse() ? capacity : 0];
        if (!layout.sparse()) {
            reserve(Math.multiplyExact(capacity, stride));
        }
    }

    /**
     * Of rows that leave as bytes, again and again.
     * @param part     0: training rows; 1: held out rows
     * @param capacity rows
     */
    static RowBuilder ofChunks(BlockLayout layout, int part, int capacity) {
        return new RowBuilder(layout, part, capacity, false);
    }

    /** Of the rows of one block. @param capacity the most that may come */
    static RowBuilder ofBlock(BlockLayout layout, int part, int capacity) {
        return new RowBuilder(layout, part, capacity, layout.intercept());
    }

    private void reserve(int numbers) {
        if (layout.precision() == Precision.FLOAT) {
            floats = Arrays.copyOf(floats, numbers);
        } else {
            doubles = Arrays.copyOf(doubles, numbers);
        }
    }

    boolean isFull() {
        return rows == capacity;
    }

    boolean isEmpty() {
        return rows == 0;
    }

    /** Starts a row; its weight, offset, target and features follow. */
    void id(long id) {
        ids[rows] = id;
    }

    void weight(double weight) {
        weights[rows] = weight;
    }

    void offset(double offset) {
        offsets[rows] = offset;
    }

    void label(int label) {
        labels[rows] = label;
    }

    void target(double target) {
        targets[rows] = target;
    }

    /** Where the features of a dense row in float are to be written, from {@link #denseAt} on. */
    float[] floats() {
        return floats;
    }

    /** Where the features of a dense row in double are to be written, from {@link #denseAt} on. */
    double[] doubles() {
        return doubles;
    }

    int denseAt() {
        return rows * stride;
    }

    void features(SparseRow row) {
        int count = row.count();
        if (entries + count + 1 > columns.length) {
            int longer = Math.max(1024, Math.max(entries + count + 1, columns.length + columns.length / 2));
            columns = Arrays.copyOf(columns, longer);
            reserve(longer);
        }
        System.arraycopy(row.columns(), 0, columns, entries, count);
        if (layout.precision() == Precision.DOUBLE) {
            System.arraycopy(row.values(), 0, doubles, entries, count);
        } else {
            for (int k = 0; k < count; k++) {
                floats[entries + k] = (float) row.values()[k];
            }
        }
        entries += count;
    }

    /** Ends the row. */
    void endRow() {
        if (ones) {
            appendOne();
        }
        if (layout.sparse()) {
            ends[rows] = entries;
        }
        rows++;
    }

    private void appendOne() {
        int at = layout.sparse() ? entries : denseAt() + layout.width();
        if (layout.precision() == Precision.FLOAT) {
            floats[at] = 1;
        } else {
            doubles[at] = 1;
        }
        if (layout.sparse()) {
            columns[entries++] = layout.width();
        }
    }

    /** The rows as a block, which takes over this builder's arrays: it is of no use after. */
    CachedBlock block() {
        Targets target =
                switch (layout.target()) {
                    case CLASSES -> new Targets.Classes(Arrays.copyOf(labels, rows));
                    case VALUES -> new Targets.Values(values());
                    case INPUTS -> new Targets.Inputs();
                };
        MiniBatch batch = new MiniBatch(
                layout.sparse() ? sparse() : dense(),
                target,
                Arrays.copyOf(weights, layout.weighted() ? rows : 0),
                Arrays.copyOf(ids, rows),
                Arrays.copyOf(offsets, layout.shifted() ? rows : 0));
        return new CachedBlock(part, batch);
    }

    private Matrix values() {
        Matrix values = Matrix.zeros(layout.precision(), rows, 1);
        for (int r = 0; r < rows; r++) {
            values.set(r, 0, targets[r]);
        }
        return values;
    }

    private Features dense() {
        trim(rows * stride);
        return new DenseFeatures(
                layout.precision() == Precision.FLOAT
                        ? FloatMatrix.of(rows, stride, floats)
                        : DoubleMatrix.of(rows, stride, doubles));
    }

    private Features sparse() {
        trim(entries);
        int[] starts = new int[rows + 1];
        System.arraycopy(ends, 0, starts, 1, rows);
        int[] indices = Arrays.copyOf(columns, entries);
        return layout.precision() == Precision.FLOAT
                ? new CsrFeatures(rows, stride, starts, indices, floats)
                : new CsrFeatures(rows, stride, starts, indices, doubles);
    }

    /** Blocks are cached: what they do not need is not kept. */
    private void trim(int numbers) {
        if (floats.length + doubles.length > numbers) {
            reserve(numbers);
        }
    }

    /** The rows as bytes; the builder is empty after. */
    byte[] take(int source, int sequence) {
        int numbers = layout.sparse() ? entries : rows * stride;
        byte[] bytes = new byte
                [RowChunk.bytes(
                        layout, rows, entries, numbers * layout.precision().bytes())];
        ByteArrays.put(new int[] {part, source, sequence, rows, entries}, 0, RowChunk.HEADER_INTS, bytes, 0);
        int at = RowChunk.HEADER_INTS * Integer.BYTES;
        ByteArrays.put(ids, 0, rows, bytes, at);
        at += rows * Long.BYTES;
        if (layout.weighted()) {
            ByteArrays.put(weights, 0, rows, bytes, at);
            at += rows * Double.BYTES;
        }
        if (layout.shifted()) {
            ByteArrays.put(offsets, 0, rows, bytes, at);
            at += rows * Double.BYTES;
        }
        if (labels.length > 0) {
            ByteArrays.put(labels, 0, rows, bytes, at);
        } else if (targets.length > 0) {
            ByteArrays.put(targets, 0, rows, bytes, at);
        }
        at += rows * layout.target().bytes();
        if (layout.sparse()) {
            ByteArrays.put(ends, 0, rows, bytes, at);
            at += rows * Integer.BYTES;
            ByteArrays.put(columns, 0, entries, bytes, at);
            at += entries * Integer.BYTES;
        }
        if (layout.precision() == Precision.FLOAT) {
            ByteArrays.put(floats, 0, numbers, bytes, at);
        } else {
            ByteArrays.put(doubles, 0, numbers, bytes, at);
        }
        rows = 0;
        entries = 0;
        return bytes;
    }
}
