package io.kfac.linalg;

/**
 * Elementwise functions of whole matrices, in stable forms and in both precisions: {@link Kernels} in float, {@link DoubleKernels} in
 * double. All in place on their first argument. NaN gives NaN; infinities give the limit. Row-wise sums are in {@link RowOperations}.
 */
public final class Elementwise {
    private static final double[] NO_SLOPE = {};

    private Elementwise() {}

    /** How floats are computed, for logs: {@code "Vector API, 512 bits"} or {@code "scalar"}. */
    public static String description() {
        return Kernels.get().description();
    }

    /** x = exp(x). */
    public static void exp(Matrix x) {
        forEachRun(x, x, (a, i, b, j, n) -> Kernels.get().exp(a, i, n), (a, i, b, j, n) -> DoubleKernels.exp(a, i, n));
    }

    /** z = tanh(z). */
    public static void tanh(Matrix z) {
        forEachRun(
                z,
                z,
                (a, i, b, j, n) -> Kernels.get().tanh(a, i, n),
                (a, i, b, j, n) -> DoubleKernels.tanh(a, i, NO_SLOPE, 0, n));
    }

    /** slope = tanh'(z), then z = tanh(z). @param slope as large as z; overwritten */
    public static void tanh(Matrix z, Matrix slope) {
        forEachRun(z, slope, Kernels.get()::tanh, DoubleKernels::tanh);
    }

    /** z = 1 / (1 + exp(-z)). */
    public static void logistic(Matrix z) {
        forEachRun(
                z,
                z,
                (a, i, b, j, n) -> Kernels.get().logistic(a, i, n),
                (a, i, b, j, n) -> DoubleKernels.logistic(a, i, NO_SLOPE, 0, n));
    }

    /** slope = logistic'(z), then z = logistic(z). @param slope as large as z; overwritten */
    public static void logistic(Matrix z, Matrix slope) {
        forEachRun(z, slope, Kernels.get()::logistic, DoubleKernels::logistic);
    }

    /** z = max(z, 0). */
    public static void relu(Matrix z) {
        forEachRun(
                z,
                z,
                (a, i, b, j, n) -> Kernels.get().relu(a, i, n),
                (a, i, b, j, n) -> DoubleKernels.relu(a, i, NO_SLOPE, 0, n));
    }

    /** slope = 1 where z is positive, else 0; then z = max(z, 0). @param slope as large as z; overwritten */
    public static void relu(Matrix z, Matrix slope) {
        forEachRun(z, slope, Kernels.get()::relu, DoubleKernels::relu);
    }

    /** z = z Phi(z), Phi the normal distribution function: the exact GELU. */
    public static void gelu(Matrix z) {
        forEachRun(
                z,
                z,
                (a, i, b, j, n) -> Kernels.get().gelu(a, i, n),
                (a, i, b, j, n) -> DoubleKernels.gelu(a, i, NO_SLOPE, 0, n));
    }

    /** slope = Phi(z) + z phi(z), then z = z Phi(z). @param slope as large as z; overwritten */
    public static void gelu(Matrix z, Matrix slope) {
        forEachRun(z, slope, Kernels.get()::gelu, DoubleKernels::gelu);
    }

    private interface FloatRun {
        void apply(float[] a, int aOffset, float[] b, int bOffset, int length);
    }

    private interface DoubleRun {
        void apply(double[] a, int aOffset, double[] b, int bOffset, int length);
    }

    /** Calls one of the two on every run of elements that lie side by side in both matrices: once where both are contiguous. */
    private static void forEachRun(Matrix x, Matrix y, FloatRun floats, DoubleRun doubles) {
        Shapes.sameShape("apply a function", x, y);
        boolean contiguous = x.stride() == x.cols() && y.stride() == y.cols();
        int runs = contiguous ? 1 : x.rows();
        int length = contiguous ? x.rows() * x.cols() : x.cols();
        if (x instanceof FloatMatrix a && y instanceof FloatMatrix b) {
            for (int r = 0; r < runs; r++) {
                floats.apply(a.data(), a.offset() + r * a.stride(), b.data(), b.offset() + r * b.stride(), length);
            }
        } else if (x instanceof DoubleMatrix a && y instanceof DoubleMatrix b) {
            for (int r = 0; r < runs; r++) {
                doubles.apply(a.data(), a.offset() + r * a.stride(), b.data(), b.offset() + r * b.stride(), length);
            }
        } else {
            throw new IllegalArgumentException(
                    "Cannot apply a function to %s and %s matrices".formatted(x.precision(), y.precision()));
        }
    }
}
