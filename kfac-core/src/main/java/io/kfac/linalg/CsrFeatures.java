package io.kfac.linalg;

import java.io.Serial;
import java.util.Arrays;

/**
 * Sparse feature rows, compressed by rows: the nonzeros of row i are entries {@code rowStarts[i]} to {@code rowStarts[i
 * + 1]} of columns and values, columns strictly ascending within a row. Arrays may be longer than what is used, and are
 * not copied.
 */
public final class CsrFeatures implements Features {
    @Serial
    private static final long serialVersionUID = 1;

    private static final float[] NO_FLOATS = {};
    private static final double[] NO_DOUBLES = {};

    private final int rows;
    private final int cols;
    private final int[] rowStarts;
    private final int[] columns;
    private final Precision precision;
    // One of the two is in use; two fields rather than one Object so that loops see plain arrays.
    private final float[] floats;
    private final double[] doubles;

    /** @throws IllegalArgumentException where the arrays do not describe rows x cols */
    public CsrFeatures(int rows, int cols, int[] rowStarts, int[] columns, float[] values) {
        this(rows, cols, rowStarts, columns, Precision.FLOAT, values, NO_DOUBLES);
        check(values.length);
    }

    /** @throws IllegalArgumentException where the arrays do not describe rows x cols */
    public CsrFeatures(int rows, int cols, int[] rowStarts, int[] columns, double[] values) {
        this(rows, cols, rowStarts, columns, Precision.DOUBLE, NO_FLOATS, values);
        check(values.length);
    }

    private CsrFeatures(
            int rows, int cols, int[] rowStarts, int[] columns, Precision precision, float[] floats, double[] doubles) {
        this.rows = rows;
        this.cols = cols;
        this.rowStarts = rowStarts;
        this.columns = columns;
        this.precision = precision;
        this.floats = floats;
        this.doubles = doubles;
    }

    /** Rows that were checked when they came in; for {@link FeatureBuffer}. */
    static CsrFeatures unchecked(
            int rows, int cols, int[] rowStarts, int[] columns, Precision precision, float[] floats, double[] doubles) {
        return new CsrFeatures(rows, cols, rowStarts, columns, precision, floats, doubles);
    }

    private void check(int values) {
        if (rows < 0 || cols < 0 || rowStarts.length < rows + 1 || rowStarts[0] < 0) {
            throw new IllegalArgumentException(
                    "Cannot make sparse rows of %dx%d from %d row starts".formatted(rows, cols, rowStarts.length));
        }
        for (int i = 0; i < rows; i++) {
            int last = -1;
            if (rowStarts[i + 1] < rowStarts[i] || rowStarts[i + 1] > Math.min(values, columns.length)) {
                throw new IllegalArgumentException("Cannot make sparse rows: row %d is entries [%d, %d) of %d"
                        .formatted(i, rowStarts[i], rowStarts[i + 1], Math.min(values, columns.length)));
            }
            for (int k = rowStarts[i]; k < rowStarts[i + 1]; k++) {
                if (columns[k] <= last || columns[k] >= cols) {
                    throw new IllegalArgumentException(
                            "Cannot make sparse rows: column %d after %d in row %d, of %d columns"
                                    .formatted(columns[k], last, i, cols));
                }
                last = columns[k];
            }
        }
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int cols() {
        return cols;
    }

    @Override
    public Precision precision() {
        return precision;
    }

    /** Stored entries, explicit zeros included. */
    public int nonzeros() {
        return rowStarts[rows] - rowStarts[0];
    }

    @Override
    public long bytes() {
        return (long) nonzeros() * (Integer.BYTES + precision.bytes()) + (rows + 1L) * Integer.BYTES;
    }

    int[] rowStarts() {
        return rowStarts;
    }

    int[] columns() {
        return columns;
    }

    float[] floats() {
        return floats;
    }

    double[] doubles() {
        return doubles;
    }

    @Override
    public void timesTransposed(Matrix w, Matrix out) {
        Shapes.shape("multiply sparse rows by", w, w.rows(), cols);
        Shapes.shape("multiply sparse rows into", out, rows, w.rows());
        if (w instanceof FloatMatrix a && out instanceof FloatMatrix b && precision == Precision.FLOAT) {
            CsrFloatLoops.timesTransposed(this, a, b);
        } else if (w instanceof DoubleMatrix a && out instanceof DoubleMatrix b && precision == Precision.DOUBLE) {
            CsrDoubleLoops.timesTransposed(this, a, b);
        } else {
            throw mixed(w, out);
        }
    }

    @Override
    public void addTransposedTimes(Matrix delta, Matrix out) {
        Shapes.shape("multiply sparse rows by", delta, rows, delta.cols());
        Shapes.shape("multiply sparse rows into", out, delta.cols(), cols);
        if (delta instanceof FloatMatrix a && out instanceof FloatMatrix b && precision == Precision.FLOAT) {
            CsrFloatLoops.addTransposedTimes(this, a, b);
        } else if (delta instanceof DoubleMatrix a && out instanceof DoubleMatrix b && precision == Precision.DOUBLE) {
            CsrDoubleLoops.addTransposedTimes(this, a, b);
        } else {
            throw mixed(delta, out);
        }
    }

    @Override
    public void addGram(double[] weights, Matrix out) {
        Shapes.shape("add the Gram matrix of sparse rows to", out, cols, cols);
        if (weights.length != 0) {
            Shapes.length("weigh the rows", weights.length, rows);
        }
        if (out instanceof FloatMatrix b && precision == Precision.FLOAT) {
            CsrFloatLoops.addGram(this, weights, b);
        } else if (out instanceof DoubleMatrix b && precision == Precision.DOUBLE) {
            CsrDoubleLoops.addGram(this, weights, b);
        } else {
            throw mixed(out, out);
        }
    }

    @Override
    public Features squared() {
        float[] f = new float[floats.length];
        double[] d = new double[doubles.length];
        for (int k = rowStarts[0]; k < rowStarts[rows]; k++) {
            if (precision == Precision.FLOAT) {
                f[k] = floats[k] * floats[k];
            } else {
                d[k] = doubles[k] * doubles[k];
            }
        }
        return new CsrFeatures(rows, cols, rowStarts, columns, precision, f, d);
    }

    @Override
    public Features part(int sign) {
        float[] f = new float[floats.length];
        double[] d = new double[doubles.length];
        for (int k = rowStarts[0]; k < rowStarts[rows]; k++) {
            if (precision == Precision.FLOAT) {
                f[k] = Math.max(sign * floats[k], 0);
            } else {
                d[k] = Math.max(sign * doubles[k], 0);
            }
        }
        return new CsrFeatures(rows, cols, rowStarts, columns, precision, f, d);
    }

    @Override
    public void appendTo(FeatureBuffer into, int[] rows, int count) {
        into.append(this, rows, count);
    }

    @Override
    public void copyTo(Matrix out) {
        Shapes.leadingColumns(this, out);
        out.fill(0);
        for (int i = 0; i < rows; i++) {
            for (int k = rowStarts[i]; k < rowStarts[i + 1]; k++) {
                if (columns[k] < out.cols()) {
                    out.set(i, columns[k], precision == Precision.FLOAT ? floats[k] : doubles[k]);
                }
            }
        }
    }

    private IllegalArgumentException mixed(Matrix a, Matrix b) {
        return new IllegalArgumentException("Cannot use sparse rows of %s with matrices of %s and %s"
                .formatted(precision, a.precision(), b.precision()));
    }

    /** A view of a buffer is sent as what it holds. */
    @Serial
    private Object writeReplace() {
        int from = rowStarts[0];
        int to = rowStarts[rows];
        int used = precision == Precision.FLOAT ? floats.length : doubles.length;
        if (rowStarts.length == rows + 1 && from == 0 && columns.length == to && used == to) {
            return this;
        }
        int[] starts = Arrays.copyOf(rowStarts, rows + 1);
        for (int i = 0; i <= rows; i++) {
            starts[i] -= from;
        }
        return new CsrFeatures(
                rows,
                cols,
                starts,
                Arrays.copyOfRange(columns, from, to),
                precision,
                precision == Precision.FLOAT ? Arrays.copyOfRange(floats, from, to) : NO_FLOATS,
                precision == Precision.DOUBLE ? Arrays.copyOfRange(doubles, from, to) : NO_DOUBLES);
    }
}
