package io.kfac.linalg;

import static io.kfac.linalg.Matrix.Transpose.NO;
import static io.kfac.linalg.Matrix.Transpose.YES;

import java.util.List;

/** Feature rows as one dense matrix, n x d; wraps it without a copy. */
public record DenseFeatures(Matrix matrix) implements Features {
    /** Numbers of a weighted chunk of rows: it stays in the second-level cache between its scaling and its product. */
    private static final int CHUNK_ELEMENTS = 1 << 16;

    private static final int WIDE = 256;
    private static final int FEW_OUTPUTS = 128;

    @Override
    public int rows() {
        return matrix.rows();
    }

    @Override
    public int cols() {
        return matrix.cols();
    }

    @Override
    public Precision precision() {
        return matrix.precision();
    }

    @Override
    public long bytes() {
        return (long) rows() * cols() * precision().bytes();
    }

    @Override
    public void timesTransposed(Matrix w, Matrix out) {
        if (matrix instanceof DoubleMatrix && out instanceof DoubleMatrix result && isWide(w)) {
            int n = rows();
            DoubleMatrix transposed = new DoubleMatrix(Scratch.doubles(w.rows() * n), 0, w.rows(), n, n);
            transposed.multiply(1, w, NO, matrix, YES, 0);
            result.copyTransposed(transposed);
        } else {
            out.multiply(1, matrix, NO, w, YES, 0);
        }
    }

    /** OpenBLAS in double is 1.5 times faster at W X' than at X W' where a wide X meets few outputs (measured). */
    private static boolean isWide(Matrix w) {
        return w.cols() >= WIDE && w.rows() <= FEW_OUTPUTS;
    }

    @Override
    public void addTransposedTimes(Matrix delta, Matrix out) {
        out.multiply(1, delta, YES, matrix, NO, 1);
    }

    @Override
    public void addGram(double[] weights, Matrix out) {
        Shapes.gram(matrix, out);
        if (weights.length == 0) {
            out.addGram(1, matrix, 1);
            return;
        }
        Shapes.length("weigh the rows", weights.length, rows());
        addWeighted(weights, 1, out);
        for (int i = 0; i < rows(); i++) {
            if (weights[i] < 0) {
                addWeighted(weights, -1, out);
                return;
            }
        }
    }

    @Override
    public void addGrams(Matrix weights, List<Matrix> out) {
        Shapes.shape("weigh the rows by", weights, rows(), out.size());
        if (PairProducts.pay(cols(), out.size())) {
            out.forEach(gram -> Shapes.gram(matrix, gram));
            PairProducts.addGrams(matrix, weights, out);
        } else {
            Features.super.addGrams(weights, out);
        }
    }

    /**
     * out += sign X' diag(max(sign w, 0)) X, as the Gram matrix of rows scaled by square roots: half the work of a
     * general product. Negative weights occur in off-diagonal blocks of a softmax's Fisher. A NaN weight reaches the
     * result.
     */
    private void addWeighted(double[] weights, int sign, Matrix out) {
        int d = cols();
        int capacity = Math.max(1, Math.min(rows(), CHUNK_ELEMENTS / Math.max(1, d)));
        Matrix chunk =
                switch (precision()) {
                    case FLOAT -> new FloatMatrix(Scratch.floats(capacity * d), 0, capacity, d, d);
                    case DOUBLE -> new DoubleMatrix(Scratch.doubles(capacity * d), 0, capacity, d, d);
                };
        double[] roots = new double[capacity];
        int next = 0;
        while (next < rows()) {
            int filled = 0;
            while (next < rows() && filled < capacity) {
                double weight = sign * weights[next];
                if (!(weight <= 0)) {
                    roots[filled] = Math.sqrt(weight);
                    copyRow(matrix, next, chunk, filled++);
                }
                next++;
            }
            Matrix rows = chunk.rowRange(0, filled);
            rows.scaleRows(roots);
            out.addGram(sign, rows, 1);
        }
    }

    private static void copyRow(Matrix from, int fromRow, Matrix to, int toRow) {
        if (from instanceof FloatMatrix a && to instanceof FloatMatrix b) {
            System.arraycopy(
                    a.data(), a.offset() + fromRow * a.stride(), b.data(), b.offset() + toRow * b.stride(), a.cols());
        } else if (from instanceof DoubleMatrix a && to instanceof DoubleMatrix b) {
            System.arraycopy(
                    a.data(), a.offset() + fromRow * a.stride(), b.data(), b.offset() + toRow * b.stride(), a.cols());
        }
    }

    @Override
    public Features squared() {
        Matrix squares = matrix.copy();
        squares.multiplyElements(matrix);
        return new DenseFeatures(squares);
    }

    @Override
    public Features part(int sign) {
        Matrix part = matrix.copy();
        if (part instanceof FloatMatrix m) {
            for (int i = 0; i < m.data().length; i++) {
                m.data()[i] = Math.max(sign * m.data()[i], 0);
            }
        } else if (part instanceof DoubleMatrix m) {
            for (int i = 0; i < m.data().length; i++) {
                m.data()[i] = Math.max(sign * m.data()[i], 0);
            }
        }
        return new DenseFeatures(part);
    }

    @Override
    public void appendTo(FeatureBuffer into, int[] rows, int count) {
        into.append(this, rows, count);
    }

    @Override
    public void copyTo(Matrix out) {
        Shapes.leadingColumns(this, out);
        out.copyFrom(matrix.colRange(0, out.cols()));
    }
}
