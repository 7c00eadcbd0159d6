package io.kfac.spark.data;

import io.kfac.linalg.Precision;
import java.util.Arrays;

/** Gathers encoded rows that go to the same partition, then becomes bytes, laid out as {@link RowChunk} reads them. */
final class ChunkBuilder {
    private final BlockLayout layout;
    private final int part;
    private final int capacity;
    private final long[] ids;
    private final double[] weights;
    private final double[] offsets;
    private final int[] labels;
    private final double[] targets;
    private final int[] lengths;
    private int[] columns = {};
    private byte[] values;
    private int rows;
    private int entries;

    /**
     * @param part     0: training rows; 1: held out rows
     * @param capacity rows
     */
    ChunkBuilder(BlockLayout layout, int part, int capacity) {
        this.layout = layout;
        this.part = part;
        this.capacity = capacity;
        this.ids = new long[capacity];
        this.weights = new double[layout.weighted() ? capacity : 0];
        this.offsets = new double[layout.shifted() ? capacity : 0];
        this.labels = new int[layout.target() == BlockLayout.TargetKind.CLASSES ? capacity : 0];
        this.targets = new double[layout.target() == BlockLayout.TargetKind.VALUES ? capacity : 0];
        this.lengths = new int[layout.sparse() ? capacity : 0];
        this.values = new byte
                [layout.sparse()
                        ? 0
                        : capacity * layout.width() * layout.precision().bytes()];
    }

    boolean isFull() {
        return rows == capacity;
    }

    boolean isEmpty() {
        return rows == 0;
    }

    /** Starts a row; its features, weight, offset and target follow. */
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

    void features(float[] row) {
        ByteArrays.put(row, 0, layout.width(), values, rows * layout.width() * Float.BYTES);
    }

    void features(double[] row) {
        ByteArrays.put(row, 0, layout.width(), values, rows * layout.width() * Double.BYTES);
    }

    void features(SparseRow row) {
        int count = row.count();
        int size = layout.precision().bytes();
        if (entries + count > columns.length) {
            int longer = Math.max(1024, 2 * (entries + count));
            columns = Arrays.copyOf(columns, longer);
            values = Arrays.copyOf(values, longer * size);
        }
        System.arraycopy(row.columns(), 0, columns, entries, count);
        if (layout.precision() == Precision.DOUBLE) {
            ByteArrays.put(row.values(), 0, count, values, entries * size);
        } else {
            float[] narrow = new float[count];
            for (int k = 0; k < count; k++) {
                narrow[k] = (float) row.values()[k];
            }
            ByteArrays.put(narrow, 0, count, values, entries * size);
        }
        entries += count;
        lengths[rows] = count;
    }

    /** Ends the row. */
    void endRow() {
        rows++;
    }

    /** The rows as bytes; the builder is empty after. */
    byte[] take(int source, int sequence) {
        int valueBytes = (layout.sparse() ? entries : rows * layout.width())
                * layout.precision().bytes();
        byte[] bytes = new byte[RowChunk.bytes(layout, rows, entries, valueBytes)];
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
            ByteArrays.put(lengths, 0, rows, bytes, at);
            at += rows * Integer.BYTES;
            ByteArrays.put(columns, 0, entries, bytes, at);
            at += entries * Integer.BYTES;
        }
        System.arraycopy(values, 0, bytes, at, valueBytes);
        rows = 0;
        entries = 0;
        return bytes;
    }
}
