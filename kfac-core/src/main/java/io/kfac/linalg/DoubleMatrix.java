package io.kfac.linalg;

import static io.kfac.linalg.Matrix.Transpose.YES;

import java.io.Serial;
import java.util.Arrays;

/**
 * A row-major matrix of doubles on one flat array; see {@link Matrix}. Its loops are plain so that the JIT vectorises
 * them.
 */
public final class DoubleMatrix implements Matrix {
    @Serial
    private static final long serialVersionUID = 1;

    private final double[] data;
    private final int offset;
    private final int rows;
    private final int cols;
    private final int stride;

    /** A view of element (i, j) at {@code data[offset + i * stride + j]}; no copy. */
    public DoubleMatrix(double[] data, int offset, int rows, int cols, int stride) {
        Shapes.view(data.length, offset, rows, cols, stride);
        this.data = data;
        this.offset = offset;
        this.rows = rows;
        this.cols = cols;
        this.stride = stride;
    }

    public static DoubleMatrix zeros(int rows, int cols) {
        return new DoubleMatrix(new double[Shapes.elements(rows, cols)], 0, rows, cols, cols);
    }

    /** Wraps a row-major array of rows * cols elements; no copy. */
    public static DoubleMatrix of(int rows, int cols, double[] data) {
        if (data.length != Shapes.elements(rows, cols)) {
            throw new IllegalArgumentException(
                    "Cannot see an array of %d elements as %dx%d".formatted(data.length, rows, cols));
        }
        return new DoubleMatrix(data, 0, rows, cols, cols);
    }

    /** The backing array itself. */
    public double[] data() {
        return data;
    }

    /** Index in {@link #data} of element (0, 0). */
    public int offset() {
        return offset;
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
    public int stride() {
        return stride;
    }

    @Override
    public Precision precision() {
        return Precision.DOUBLE;
    }

    @Override
    public double get(int row, int col) {
        Shapes.element(row, col, this);
        return data[offset + row * stride + col];
    }

    @Override
    public void set(int row, int col, double value) {
        Shapes.element(row, col, this);
        data[offset + row * stride + col] = value;
    }

    @Override
    public void getRow(int row, double[] out) {
        Shapes.row(row, this, out.length);
        int from = offset + row * stride;
        System.arraycopy(data, from, out, 0, cols);
    }

    @Override
    public void getColumn(int col, double[] out) {
        Shapes.range("column", col, col + 1, cols);
        Shapes.length("copy a column", out.length, rows);
        for (int i = 0, from = offset + col; i < rows; i++, from += stride) {
            out[i] = data[from];
        }
    }

    @Override
    public void setRow(int row, double[] values) {
        Shapes.row(row, this, values.length);
        int to = offset + row * stride;
        System.arraycopy(values, 0, data, to, cols);
    }

    @Override
    public DoubleMatrix rowRange(int from, int to) {
        Shapes.range("rows", from, to, rows);
        // An empty range at the end must not begin past the array.
        return new DoubleMatrix(
                data, cols == 0 || from == to ? offset : offset + from * stride, to - from, cols, stride);
    }

    @Override
    public DoubleMatrix colRange(int from, int to) {
        Shapes.range("columns", from, to, cols);
        return new DoubleMatrix(data, rows == 0 || from == to ? offset : offset + from, rows, to - from, stride);
    }

    @Override
    public void fill(double value) {
        int length = runLength(stride == cols);
        for (int start = offset, run = runs(length); run > 0; run--, start += stride) {
            Arrays.fill(data, start, start + length, value);
        }
    }

    @Override
    public void copyFrom(Matrix other) {
        Shapes.sameShape("copy", this, other);
        int length = runLength(stride == cols && other.stride() == cols);
        int to = offset;
        if (other instanceof DoubleMatrix same) {
            for (int from = same.offset, run = runs(length); run > 0; run--, from += same.stride, to += stride) {
                System.arraycopy(same.data, from, data, to, length);
            }
        } else if (other instanceof FloatMatrix narrow) {
            for (int from = narrow.offset(), run = runs(length);
                    run > 0;
                    run--, from += narrow.stride(), to += stride) {
                convert(narrow.data(), from, to, length);
            }
        }
    }

    private void convert(float[] from, int fromOffset, int toOffset, int length) {
        double[] to = data;
        for (int i = 0; i < length; i++) {
            to[toOffset + i] = from[fromOffset + i];
        }
    }

    @Override
    public void multiply(double alpha, Matrix left, Transpose ta, Matrix right, Transpose tb, double beta) {
        int inner = Shapes.product(left, ta == YES, right, tb == YES, this);
        DoubleMatrix a = cast(left);
        DoubleMatrix b = cast(right);
        if (rows == 0 || cols == 0) {
            return;
        }
        if (inner == 0) {
            scaleOrClear(beta);
            return;
        }
        // Row-major c = a b is column-major c' = b' a'.
        NativeBlas.get()
                .dgemm(
                        tb == YES, ta == YES, cols, rows, inner, alpha, b.data, b.offset, b.stride, a.data, a.offset,
                        a.stride, beta, data, offset, stride);
    }

    @Override
    public void addGram(double alpha, Matrix x, double beta) {
        Shapes.gram(x, this);
        DoubleMatrix a = cast(x);
        if (cols == 0) {
            return;
        }
        if (a.rows == 0) {
            scaleLower(beta);
            return;
        }
        // BLAS wrappers ask for whole rows of stride elements, which the last row of a column view may not have: make
        // it compact.
        if ((long) a.offset + (long) a.rows * a.stride > a.data.length) {
            a = (DoubleMatrix) a.copy();
        }
        if ((long) offset + (long) rows * stride > data.length) {
            DoubleMatrix compact = (DoubleMatrix) copy();
            compact.addGram(alpha, a, beta);
            for (int i = 0; i < rows; i++) {
                System.arraycopy(compact.data, i * cols, data, offset + i * stride, i + 1);
            }
            return;
        }
        // The row-major lower triangle is the column-major upper one.
        NativeBlas.get().dsyrk(cols, a.rows, alpha, a.data, a.offset, a.stride, beta, data, offset, stride);
    }

    @Override
    public void add(double alpha, Matrix x) {
        Shapes.sameShape("add", this, x);
        DoubleMatrix other = cast(x);
        int length = runLength(stride == cols && other.stride == cols);
        int to = offset;
        for (int from = other.offset, run = runs(length); run > 0; run--, from += other.stride, to += stride) {
            DoubleLoops.axpy(alpha, other.data, from, data, to, length);
        }
    }

    @Override
    public void scale(double factor) {
        int length = runLength(stride == cols);
        for (int start = offset, run = runs(length); run > 0; run--, start += stride) {
            DoubleLoops.scale(factor, data, start, length);
        }
    }

    @Override
    public void multiplyElements(Matrix x) {
        Shapes.sameShape("multiply elements", this, x);
        DoubleMatrix other = cast(x);
        int length = runLength(stride == cols && other.stride == cols);
        int to = offset;
        for (int from = other.offset, run = runs(length); run > 0; run--, from += other.stride, to += stride) {
            DoubleLoops.multiply(other.data, from, data, to, length);
        }
    }

    @Override
    public void scaleRows(double[] factors) {
        Shapes.length("scale rows", factors.length, rows);
        for (int i = 0; i < rows; i++) {
            DoubleLoops.scale(factors[i], data, offset + i * stride, cols);
        }
    }

    @Override
    public double dot(Matrix x) {
        Shapes.sameShape("take the dot product", this, x);
        DoubleMatrix other = cast(x);
        int length = runLength(stride == cols && other.stride == cols);
        int a = offset;
        double sum = 0;
        for (int b = other.offset, run = runs(length); run > 0; run--, a += stride, b += other.stride) {
            sum += DoubleLoops.dot(data, a, other.data, b, length);
        }
        return sum;
    }

    @Override
    public boolean isFinite() {
        int length = runLength(stride == cols);
        for (int start = offset, run = runs(length); run > 0; run--, start += stride) {
            if (!DoubleLoops.isFinite(data, start, length)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void mirrorLowerToUpper() {
        Shapes.square("mirror the lower triangle", this);
        DoubleLoops.mirrorLowerToUpper(data, offset, rows, stride);
    }

    /** Sum of the diagonal of this square matrix. */
    public double trace() {
        Shapes.square("take the trace", this);
        double sum = 0;
        for (int i = 0; i < rows; i++) {
            sum += data[offset + i * (stride + 1)];
        }
        return sum;
    }

    private void scaleOrClear(double factor) {
        if (factor == 0) {
            fill(0);
        } else {
            scale(factor);
        }
    }

    private void scaleLower(double factor) {
        for (int i = 0; i < rows; i++) {
            rowRange(i, i + 1).colRange(0, i + 1).scaleOrClear(factor);
        }
    }

    /** Elements that lie side by side: all of them where every operand is contiguous, else one row. */
    private int runLength(boolean contiguous) {
        return contiguous ? rows * cols : cols;
    }

    private int runs(int length) {
        return length == 0 ? 0 : length == cols ? rows : 1;
    }

    private static DoubleMatrix cast(Matrix x) {
        if (x instanceof DoubleMatrix same) {
            return same;
        }
        throw new IllegalArgumentException(
                "Cannot use a %s matrix of %s together with DOUBLE ones".formatted(x.shape(), x.precision()));
    }

    @Serial
    private Object writeReplace() {
        return data.length == rows * cols ? this : copy();
    }

    /** this = other', in tiles that stay in cache. */
    public void copyTransposed(DoubleMatrix other) {
        if (rows != other.cols || cols != other.rows) {
            throw new IllegalArgumentException(
                    "Cannot copy the transpose of %s to %s".formatted(other.shape(), shape()));
        }
        int tile = 32;
        for (int i0 = 0; i0 < rows; i0 += tile) {
            for (int j0 = 0; j0 < cols; j0 += tile) {
                int iEnd = Math.min(rows, i0 + tile);
                int jEnd = Math.min(cols, j0 + tile);
                for (int i = i0; i < iEnd; i++) {
                    for (int j = j0; j < jEnd; j++) {
                        data[offset + i * stride + j] = other.data[other.offset + j * other.stride + i];
                    }
                }
            }
        }
    }
}
