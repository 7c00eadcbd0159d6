package io.kfac.linalg;

/** Bare loops on double arrays, checked by their callers: simple enough for the JIT to vectorise. */
final class DoubleLoops {
    /** Side of the tiles of {@link #mirrorLowerToUpper} and {@link #transpose}: two tiles fit the first-level cache. */
    private static final int TILE = 32;

    private DoubleLoops() {}

    /** y += alpha x. */
    static void axpy(double alpha, double[] x, int xOffset, double[] y, int yOffset, int length) {
        for (int i = 0; i < length; i++) {
            y[yOffset + i] += alpha * x[xOffset + i];
        }
    }

    /**
     * y += a0 x[o0..] + a1 x[o1..] + a2 x[o2..] + a3 x[o3..]: four rows in one pass, because a row alone is bound by
     * loading and storing y.
     */
    static void axpy4(
            double a0,
            int o0,
            double a1,
            int o1,
            double a2,
            int o2,
            double a3,
            int o3,
            double[] x,
            double[] y,
            int yOffset,
            int length) {
        for (int i = 0; i < length; i++) {
            y[yOffset + i] += a0 * x[o0 + i] + a1 * x[o1 + i] + a2 * x[o2 + i] + a3 * x[o3 + i];
        }
    }

    static void scale(double factor, double[] x, int offset, int length) {
        for (int i = 0; i < length; i++) {
            x[offset + i] *= factor;
        }
    }

    /** y *= x. */
    static void multiply(double[] x, int xOffset, double[] y, int yOffset, int length) {
        for (int i = 0; i < length; i++) {
            y[yOffset + i] *= x[xOffset + i];
        }
    }

    /** products = x_i x_j for all j <= i: the lower triangle of x x', row after row. */
    static void pairs(double[] x, int offset, int length, double[] products, int at) {
        for (int i = 0, to = at; i < length; to += ++i) {
            double factor = x[offset + i];
            for (int j = 0; j <= i; j++) {
                products[to + j] = factor * x[offset + j];
            }
        }
    }

    /**
     * Eight partial sums in a fixed order: independent additions overlap, where one running sum would wait for each.
     */
    static double dot(double[] x, int xOffset, double[] y, int yOffset, int length) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        double s4 = 0;
        double s5 = 0;
        double s6 = 0;
        double s7 = 0;
        int i = 0;
        for (int a = xOffset, b = yOffset; i <= length - 8; i += 8, a += 8, b += 8) {
            s0 += x[a] * y[b];
            s1 += x[a + 1] * y[b + 1];
            s2 += x[a + 2] * y[b + 2];
            s3 += x[a + 3] * y[b + 3];
            s4 += x[a + 4] * y[b + 4];
            s5 += x[a + 5] * y[b + 5];
            s6 += x[a + 6] * y[b + 6];
            s7 += x[a + 7] * y[b + 7];
        }
        for (; i < length; i++) {
            s0 += x[xOffset + i] * y[yOffset + i];
        }
        return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
    }

    /** 0 x is NaN for infinities and NaN only, and NaN is sticky. */
    static boolean isFinite(double[] x, int offset, int length) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (int a = offset; i <= length - 4; i += 4, a += 4) {
            s0 += 0 * x[a];
            s1 += 0 * x[a + 1];
            s2 += 0 * x[a + 2];
            s3 += 0 * x[a + 3];
        }
        for (; i < length; i++) {
            s0 += 0 * x[offset + i];
        }
        return (s0 + s1) + (s2 + s3) == 0;
    }

    static void mirrorLowerToUpper(double[] a, int offset, int n, int stride) {
        for (int rowTile = 0; rowTile < n; rowTile += TILE) {
            int rowEnd = Math.min(n, rowTile + TILE);
            for (int colTile = 0; colTile <= rowTile; colTile += TILE) {
                for (int i = rowTile; i < rowEnd; i++) {
                    int colEnd = Math.min(i, colTile + TILE);
                    for (int j = colTile; j < colEnd; j++) {
                        a[offset + j * stride + i] = a[offset + i * stride + j];
                    }
                }
            }
        }
    }

    /** to = from', or to += from' where {@code accumulate}; from is rows x cols. */
    static void transpose(
            double[] from,
            int fromOffset,
            int fromStride,
            int rows,
            int cols,
            double[] to,
            int toOffset,
            int toStride,
            boolean accumulate) {
        for (int rowTile = 0; rowTile < rows; rowTile += TILE) {
            int rowEnd = Math.min(rows, rowTile + TILE);
            for (int colTile = 0; colTile < cols; colTile += TILE) {
                int colEnd = Math.min(cols, colTile + TILE);
                for (int i = rowTile; i < rowEnd; i++) {
                    int source = fromOffset + i * fromStride;
                    for (int j = colTile; j < colEnd; j++) {
                        int target = toOffset + j * toStride + i;
                        to[target] = accumulate ? to[target] + from[source + j] : from[source + j];
                    }
                }
            }
        }
    }
}
