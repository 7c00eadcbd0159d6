package io.kfac.linalg;

/** Symmetric matrices as their lower triangles, row after row, in n (n + 1) / 2 numbers: what goes over the wire. */
public final class SymmetricPacking {
    private SymmetricPacking() {}

    /**
     * Numbers in the lower triangle of an order x order matrix.
     * @throws IllegalArgumentException where no array holds so many
     */
    public static int size(int order) {
        long size = order * (order + 1L) / 2;
        if (order < 0 || size > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("Cannot pack a symmetric matrix of order %d".formatted(order));
        }
        return (int) size;
    }

    /** Copies the lower triangle of {@code from}, n x n, to {@code to[at]} and after. */
    public static void pack(FloatMatrix from, float[] to, int at) {
        check(from, to.length, at);
        for (int i = 0, target = at; i < from.rows(); target += ++i) {
            System.arraycopy(from.data(), from.offset() + i * from.stride(), to, target, i + 1);
        }
    }

    /** Copies the lower triangle of {@code from}, n x n, to {@code to[at]} and after. */
    public static void pack(DoubleMatrix from, double[] to, int at) {
        check(from, to.length, at);
        for (int i = 0, target = at; i < from.rows(); target += ++i) {
            System.arraycopy(from.data(), from.offset() + i * from.stride(), to, target, i + 1);
        }
    }

    /**
     * The inverse of {@link #pack(FloatMatrix, float[], int)}.
     * @param to n x n; its strict upper triangle is not touched
     */
    public static void unpack(float[] from, int at, FloatMatrix to) {
        check(to, from.length, at);
        for (int i = 0, source = at; i < to.rows(); source += ++i) {
            System.arraycopy(from, source, to.data(), to.offset() + i * to.stride(), i + 1);
        }
    }

    /**
     * The inverse of {@link #pack(DoubleMatrix, double[], int)}.
     * @param to n x n; its strict upper triangle is not touched
     */
    public static void unpack(double[] from, int at, DoubleMatrix to) {
        check(to, from.length, at);
        for (int i = 0, source = at; i < to.rows(); source += ++i) {
            System.arraycopy(from, source, to.data(), to.offset() + i * to.stride(), i + 1);
        }
    }

    private static void check(Matrix matrix, int length, int at) {
        Shapes.square("pack", matrix);
        if (at < 0 || length - size(matrix.rows()) < at) {
            throw new IllegalArgumentException("Cannot pack %s: needs %d numbers from %d of an array of %d"
                    .formatted(matrix.shape(), size(matrix.rows()), at, length));
        }
    }
}
