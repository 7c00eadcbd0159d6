package io.kfac.linalg;

import java.util.List;

/**
 * Gram matrices X' diag(w) X of the same narrow X under many weights, as one product: of the weights, B x n, with the products of all
 * pairs of columns, n x d (d + 1) / 2. One by one they are too small for BLAS to be fast at.
 */
final class PairProducts {
    /** Fewer weights do not pay for the pairs; wider rows are fast one by one (both measured). */
    private static final int FEWEST = 8;

    private static final int WIDEST = 128;

    /** Pairs of a chunk of rows: they stay in the second-level cache between their making and their product. */
    private static final int CHUNK_ELEMENTS = 1 << 17;

    private PairProducts() {}

    static boolean pay(int columns, int weights) {
        return columns <= WIDEST && weights >= FEWEST;
    }

    /**
     * Lower triangle of out[b] += X' diag(column b of weights) X.
     * @param x       n x d
     * @param weights n x B
     * @param out     B matrices, d x d
     */
    static void addGrams(Matrix x, Matrix weights, List<Matrix> out) {
        int pairs = SymmetricPacking.size(x.cols());
        int count = weights.cols();
        int capacity = Math.max(1, Math.min(x.rows(), CHUNK_ELEMENTS / Math.max(1, pairs)));
        Matrix scratch = scratch(x.precision(), capacity + count, pairs);
        Matrix sums = scratch.rowRange(capacity, capacity + count);
        sums.fill(0);
        for (int from = 0; from < x.rows(); from += capacity) {
            int to = Math.min(x.rows(), from + capacity);
            Matrix chunk = scratch.rowRange(0, to - from);
            multiplyPairs(x.rowRange(from, to), chunk);
            sums.multiply(1, weights.rowRange(from, to), Matrix.Transpose.YES, chunk, Matrix.Transpose.NO, 1);
        }
        for (int b = 0; b < count; b++) {
            addTriangle(sums.rowRange(b, b + 1), out.get(b));
        }
    }

    /** @param packed 1 x d (d + 1) / 2 */
    private static void addTriangle(Matrix packed, Matrix to) {
        for (int i = 0, at = 0; i < to.rows(); at += ++i) {
            if (packed instanceof DoubleMatrix a && to instanceof DoubleMatrix b) {
                DoubleLoops.axpy(1, a.data(), a.offset() + at, b.data(), b.offset() + i * b.stride(), i + 1);
            } else if (packed instanceof FloatMatrix a && to instanceof FloatMatrix b) {
                FloatLoops.axpy(1, a.data(), a.offset() + at, b.data(), b.offset() + i * b.stride(), i + 1);
            }
        }
    }

    private static Matrix scratch(Precision precision, int rows, int cols) {
        int elements = Shapes.elements(rows, cols);
        return switch (precision) {
            case FLOAT -> new FloatMatrix(Scratch.floats(elements), 0, rows, cols, cols);
            case DOUBLE -> new DoubleMatrix(Scratch.doubles(elements), 0, rows, cols, cols);
        };
    }

    private static void multiplyPairs(Matrix x, Matrix out) {
        for (int i = 0; i < x.rows(); i++) {
            if (x instanceof DoubleMatrix a && out instanceof DoubleMatrix b) {
                DoubleLoops.pairs(a.data(), a.offset() + i * a.stride(), a.cols(), b.data(), i * b.stride());
            } else if (x instanceof FloatMatrix a && out instanceof FloatMatrix b) {
                FloatLoops.pairs(a.data(), a.offset() + i * a.stride(), a.cols(), b.data(), i * b.stride());
            }
        }
    }
}
