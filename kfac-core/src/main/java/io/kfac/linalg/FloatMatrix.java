package io.kfac.linalg;

import static io.kfac.linalg.Matrix.Transpose.YES;

import java.io.Serial;
import java.util.Arrays;

/**
 * A row-major matrix of floats on one flat array; see {@link Matrix}. Its loops are plain so that the JIT vectorises
 * them.
 */
public final class FloatMatrix implements Matrix {
    @Serial
    private static final long serialVersionUID = 1;

    private final float[] data;
    private final int offset;
    private final int rows;
    private final int cols;
    private final int stride;

    /** A view of element (i, j) at {@code data[offset + i * stride + j]}; no copy. */
    public FloatMatrix(float[] data, int offset, int rows, int cols, int stride) {
        Shapes.view(data.length, offset, rows, cols, stride);
        this.data = data;
        this.offset = offset;
        this.rows = rows;
        this.cols = cols;
        this.stride = stride;
    }

    public static FloatMatrix zeros(int rows, int cols) {
        return new FloatMatrix(new float[Shapes.elements(rows, cols)], 0, rows, cols, cols);
    }

    /** Wraps a row-major array of rows * cols elements; no copy. */
    public static FloatMatrix of(int rows, int cols, float[] data) {
        if (data.length != Shapes.elements(rows, cols)) {
            throw new IllegalArgumentException(
                    "Cannot see an array of %d elements as %dx%d".formatted(data.length, rows, cols));
        }
        return new FloatMatrix(data, 0, rows, cols, cols);
    }

    /** The backing array itself. */
    public float[] data() {
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
        return Precision.FLOAT;
    }

    @Override
    public double get(int row, int col) {
        Shapes.element(row, col, this);
        return data[offset + row * stride + col];
    }

    @Override
    public void set(int row, int col, double value) {
        Shapes.element(row, col, this);
        data[offset + row * stride + col] = (float) value;
    }

    @Override
    public void getRow(int row, double[] out) {
        Shapes.row(row, this, out.length);
        int from = offset + row * stride;
        for (int j = 0; j < cols; j++) {
            out[j] = data[from + j];
        }
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
        for (int j = 0; j < cols; j++) {
            data[to + j] = (float) values[j];
        }
    }

    @Override
    public FloatMatrix rowRange(int from, int to) {
        Shapes.range("rows", from, to, rows);
        // An empty range at the end must not begin past the array.
        return new FloatMatrix(
                data, cols == 0 || from == to ? offset : offset + from * stride, to - from, cols, stride);
    }

    @Override
    public FloatMatrix colRange(int from, int to) {
        Shapes.range("columns", from, to, cols);
        return new FloatMatrix(data, rows == 0 || from == to ? offset : offset + from, rows, to - from, stride);
    }

    @Override
    public void fill(double value) {
        int length = runLength(stride == cols);
        for (int start = offset, run = runs(length); run > 0; run--, start += stride) {
            Arrays.fill(data, start, start + length, (float) value);
        }
    }

    @Override
    public void copyFrom(Matrix other) {
        Shapes.sameShape("copy", this, other);
        int length = runLength(stride == cols && other.stride() == cols);
        int to = offset;
        if (other instanceof FloatMatrix same) {
            for (int from = same.offset, run = runs(length); run > 0; run--, from += same.stride, to += stride) {
                System.arraycopy(same.data, from, data, to, length);
            }
        } else if (other instanceof DoubleMatrix wide) {
            for (int from = wide.offset(), run = runs(length); run > 0; run--, from += wide.stride(), to += stride) {
                convert(wide.data(), from, to, length);
            }
        }
    }

    private void convert(double[] from, int fromOffset, int toOffset, int length) {
        float[] to = data;
        for (int i = 0; i < length; i++) {
            to[toOffset + i] = (float) from[fromOffset + i];
        }
    }

    @Override
    public void multiply(double alpha, Matrix left, Transpose ta, Matrix right, Transpose tb, double beta) {
        int inner = Shapes.product(left, ta == YES, right, tb == YES, this);
        FloatMatrix a = cast(left);
        FloatMatrix b = cast(right);
        if (rows == 0 || cols == 0) {
            return;
        }
        if (inner == 0) {
            scaleOrClear(beta);
            return;
        }
        // Row-major c = a b is column-major c' = b' a'.
        NativeBlas.get()
                .sgemm(
                        tb == YES,
                        ta == YES,
                        cols,
                        rows,
                        inner,
                        (float) alpha,
                        b.data,
                        b.offset,
                        b.stride,
                        a.data,
                        a.offset,
                        a.stride,
                        (float) beta,
                        data,
                        offset,
                        stride);
    }

    @Override
    public void addGram(double alpha, Matrix x, double beta) {
        Shapes.gram(x, this);
        FloatMatrix a = cast(x);
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
            a = (FloatMatrix) a.copy();
        }
        if ((long) offset + (long) rows * stride > data.length) {
            FloatMatrix compact = (FloatMatrix) copy();
            compact.addGram(alpha, a, beta);
            for (int i = 0; i < rows; i++) {
                System.arraycopy(compact.data, i * cols, data, offset + i * stride, i + 1);
            }
            return;
        }
        // The row-major lower triangle is the column-major upper one.
        NativeBlas.get()
                .ssyrk(cols, a.rows, (float) alpha, a.data, a.offset, a.stride, (float) beta, data, offset, stride);
    }

    @Override
    public void add(double alpha, Matrix x) {
        Shapes.sameShape("add", this, x);
        FloatMatrix other = cast(x);
        int length = runLength(stride == cols && other.stride == cols);
        int to = offset;
        for (int from = other.offset, run = runs(length); run > 0; run--, from += other.stride, to += stride) {
            FloatLoops.axpy((float) alpha, other.data, from, data, to, length);
        }
    }

    @Override
    public void scale(double factor) {
        int length = runLength(stride == cols);
        for (int start = offset, run = runs(length); run > 0; run--, start += stride) {
            FloatLoops.scale((float) factor, data, start, length);
        }
    }

    @Override
    public void multiplyElements(Matrix x) {
        Shapes.sameShape("multiply elements", this, x);
        FloatMatrix other = cast(x);
        int length = runLength(stride == cols && other.stride == cols);
        int to = offset;
        for (int from = other.offset, run = runs(length); run > 0; run--, from += other.stride, to += stride) {
            FloatLoops.multiply(other.data, from, data, to, length);
        }
    }

    @Override
    public void scaleRows(double[] factors) {
        Shapes.length("scale rows", factors.length, rows);
        for (int i = 0; i < rows; i++) {
            FloatLoops.scale((float) factors[i], data, offset + i * stride, cols);
        }
    }

    @Override
    public double dot(Matrix x) {
        Shapes.sameShape("take the dot product", this, x);
        FloatMatrix other = cast(x);
        int length = runLength(stride == cols && other.stride == cols);
        int a = offset;
        double sum = 0;
        for (int b = other.offset, run = runs(length); run > 0; run--, a += stride, b += other.stride) {
            sum += FloatLoops.dot(data, a, other.data, b, length);
        }
        return sum;
    }

    @Override
    public boolean isFinite() {
        int length = runLength(stride == cols);
        for (int start = offset, run = runs(length); run > 0; run--, start += stride) {
            if (!FloatLoops.isFinite(data, start, length)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void mirrorLowerToUpper() {
        Shapes.square("mirror the lower triangle", this);
        FloatLoops.mirrorLowerToUpper(data, offset, rows, stride);
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

    private static FloatMatrix cast(Matrix x) {
        if (x instanceof FloatMatrix same) {
            return same;
        }
        throw new IllegalArgumentException(
                "Cannot use a %s matrix of %s together with FLOAT ones".formatted(x.shape(), x.precision()));
    }

    @Serial
    private Object writeReplace() {
        return data.length == rows * cols ? this : copy();
    }
}
