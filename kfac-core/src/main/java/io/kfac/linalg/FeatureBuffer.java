package io.kfac.linalg;

import java.util.Arrays;

/**
 * A reusable buffer of feature rows, dense or CSR, filled by {@link Features#appendTo} and read through {@link #view}.
 * Cleared and refilled at every step; it grows where it must and allocates nothing but the view itself once it has seen
 * its largest batch.
 */
public final class FeatureBuffer {
    /** What a JVM can put in one array. */
    private static final int MAX_VALUES = Integer.MAX_VALUE - 8;

    private static final float[] NO_FLOATS = {};
    private static final double[] NO_DOUBLES = {};

    private final int cols;
    private final Precision precision;
    private final boolean sparse;
    private int rows;
    /** CSR: rows + 1 entries in use. Empty where dense. */
    private int[] rowStarts;

    private int[] columns;
    private float[] floats;
    private double[] doubles;

    private FeatureBuffer(int cols, Precision precision, boolean sparse, int capacity, int values) {
        this.cols = cols;
        this.precision = precision;
        this.sparse = sparse;
        this.rowStarts = new int[sparse ? capacity + 1 : 1];
        this.columns = new int[sparse ? values : 0];
        this.floats = precision == Precision.FLOAT ? new float[values] : NO_FLOATS;
        this.doubles = precision == Precision.DOUBLE ? new double[values] : NO_DOUBLES;
    }

    /**
     * An empty buffer for rows like those of {@code example}: as many columns, the same precision, dense or CSR alike.
     * @param capacity rows to make room for; more may come
     */
    public static FeatureBuffer like(Features example, int capacity) {
        if (capacity < 0) {
            throw new IllegalArgumentException("Cannot make a buffer for %d rows".formatted(capacity));
        }
        boolean sparse = example instanceof CsrFeatures;
        int values = 0;
        if (!sparse) {
            values = Shapes.elements(capacity, example.cols());
        } else if (example.rows() > 0) {
            double perRow = (double) ((CsrFeatures) example).nonzeros() / example.rows();
            values = (int) Math.min((double) MAX_VALUES, Math.ceil(perRow * capacity));
        }
        return new FeatureBuffer(example.cols(), example.precision(), sparse, capacity, values);
    }

    /** Forgets the rows; keeps the room. Views handed out before show what is appended next. */
    public void clear() {
        rows = 0;
    }

    /** Rows appended since {@link #clear}. */
    public int rows() {
        return rows;
    }

    /** The rows appended so far, on the buffer's own storage: valid until the next append or {@link #clear}. */
    public Features view() {
        if (sparse) {
            return CsrFeatures.unchecked(rows, cols, rowStarts, columns, precision, floats, doubles);
        }
        return new DenseFeatures(
                switch (precision) {
                    case FLOAT -> new FloatMatrix(floats, 0, rows, cols, cols);
                    case DOUBLE -> new DoubleMatrix(doubles, 0, rows, cols, cols);
                });
    }

    void append(DenseFeatures from, int[] selected, int count) {
        check(from, false, selected, count);
        makeRoom(Shapes.elements(rows + count, cols));
        for (int start = 0; start < count; ) {
            int end = runEnd(from, selected, start, count);
            int first = selected[start];
            int run = end - start;
            if (from.matrix() instanceof FloatMatrix a) {
                copyRows(a.data(), a.offset() + first * a.stride(), a.stride(), floats, run);
            } else if (from.matrix() instanceof DoubleMatrix a) {
                copyRows(a.data(), a.offset() + first * a.stride(), a.stride(), doubles, run);
            }
            rows += run;
            start = end;
        }
    }

    /** @param from,to a pair of float or of double arrays */
    private void copyRows(Object from, int fromOffset, int stride, Object to, int run) {
        if (stride == cols) {
            System.arraycopy(from, fromOffset, to, rows * cols, run * cols);
            return;
        }
        for (int i = 0; i < run; i++) {
            System.arraycopy(from, fromOffset + i * stride, to, (rows + i) * cols, cols);
        }
    }

    void append(CsrFeatures from, int[] selected, int count) {
        check(from, true, selected, count);
        if (rowStarts.length < rows + count + 1) {
            rowStarts = Arrays.copyOf(rowStarts, Math.max(rows + count + 1, 2 * rowStarts.length));
        }
        for (int start = 0; start < count; ) {
            int end = runEnd(from, selected, start, count);
            int first = selected[start];
            int begin = from.rowStarts()[first];
            int used = rowStarts[rows];
            int entries = from.rowStarts()[first + end - start] - begin;
            makeRoom(Math.addExact(used, entries));
            System.arraycopy(from.columns(), begin, columns, used, entries);
            if (precision == Precision.FLOAT) {
                System.arraycopy(from.floats(), begin, floats, used, entries);
            } else {
                System.arraycopy(from.doubles(), begin, doubles, used, entries);
            }
            for (int i = 1; i <= end - start; i++) {
                rowStarts[rows + i] = from.rowStarts()[first + i] - begin + used;
            }
            rows += end - start;
            start = end;
        }
    }

    /** End of the run of consecutive row numbers that begins at {@code start}: copied as one. */
    private static int runEnd(Features from, int[] selected, int start, int count) {
        int end = start;
        while (end < count && selected[end] == selected[start] + end - start) {
            end++;
        }
        if (selected[start] < 0 || selected[end - 1] >= from.rows()) {
            throw new IllegalArgumentException(
                    "Cannot append rows %d to %d of %d".formatted(selected[start], selected[end - 1], from.rows()));
        }
        return end;
    }

    private void makeRoom(int values) {
        int room = precision == Precision.FLOAT ? floats.length : doubles.length;
        if (values <= room) {
            return;
        }
        int size = (int) Math.max(values, Math.min(2L * room, MAX_VALUES));
        if (precision == Precision.FLOAT) {
            floats = Arrays.copyOf(floats, size);
        } else {
            doubles = Arrays.copyOf(doubles, size);
        }
        if (sparse) {
            columns = Arrays.copyOf(columns, size);
        }
    }

    private void check(Features from, boolean csr, int[] selected, int count) {
        if (sparse != csr || from.cols() != cols || from.precision() != precision) {
            throw new IllegalArgumentException("Cannot append %s %s rows of %d columns to a buffer of %s %s ones of %d"
                    .formatted(
                            csr ? "sparse" : "dense",
                            from.precision(),
                            from.cols(),
                            sparse ? "sparse" : "dense",
                            precision,
                            cols));
        }
        Shapes.length("append rows", selected.length, count);
    }
}
