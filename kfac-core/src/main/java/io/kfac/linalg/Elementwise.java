package io.kfac.linalg;

/**
 * Elementwise functions of whole matrices, in stable forms and in both precisions: {@link Kernels} in float, {@link
 * DoubleKernels} in double. Activations work in place; NaN gives NaN, infinities give the limit. Sums are per row, not
 * in all, because rows carry weights; they are accumulated in double in a fixed order, so that they have the same bits
 * whichever {@link Kernels} run.
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

    /**
     * Softmax of each row, shifted by the row's maximum. A row of which an element is NaN or +infinity becomes NaN.
     * @param theta n x k; not modified unless it is mean itself, which is allowed
     * @param mean  n x k; overwritten
     */
    public static void softmaxRows(Matrix theta, Matrix mean) {
        softmaxRows(theta, mean, new double[0]);
    }

    /**
     * As {@link #softmaxRows(Matrix, Matrix)}, and the log-sum-exp of each row beside it, at no extra cost.
     * @param logSumExp at least n, overwritten; or empty where it is not wanted
     */
    public static void softmaxRows(Matrix theta, Matrix mean, double[] logSumExp) {
        Shapes.sameShape("take the softmax", theta, mean);
        if (logSumExp.length != 0) {
            Shapes.length("take the log-sum-exp of rows", logSumExp.length, theta.rows());
        }
        if (theta instanceof FloatMatrix a && mean instanceof FloatMatrix b) {
            FloatRows.softmax(a, b, logSumExp);
        } else if (theta instanceof DoubleMatrix a && mean instanceof DoubleMatrix b) {
            DoubleRows.softmax(a, b, logSumExp);
        } else {
            throw mixed(theta, mean);
        }
    }

    /**
     * out[i] = log of the sum of exp(theta[i][j]) over j.
     * @param theta n x k; not modified
     * @param out at least n; overwritten
     */
    public static void logSumExpRows(Matrix theta, double[] out) {
        Shapes.length("take the log-sum-exp of rows", out.length, theta.rows());
        if (theta instanceof FloatMatrix a) {
            FloatRows.logSumExp(a, out);
        } else if (theta instanceof DoubleMatrix a) {
            DoubleRows.logSumExp(a, out);
        }
    }

    /**
     * out[i] = sum over j of log(1 + exp(theta[i][j])).
     * @param theta n x k; not modified
     * @param out at least n; overwritten
     */
    public static void softplus(Matrix theta, double[] out) {
        Shapes.length("sum the softplus of rows", out.length, theta.rows());
        if (theta instanceof FloatMatrix a) {
            FloatRows.softplus(a, out);
        } else if (theta instanceof DoubleMatrix a) {
            DoubleRows.softplus(a, out);
        }
    }

    /**
     * out[i] = sum over j of log(1 + exp(theta[i][j])) - theta[i][j] t[i][j], with no cancellation where t is 0 or 1:
     * the Bernoulli cross-entropy of targets t and log-odds theta.
     * @param theta n x k; not modified
     * @param t     n x k; not modified
     * @param out   at least n; overwritten
     */
    public static void softplusMinus(Matrix theta, Matrix t, double[] out) {
        Shapes.sameShape("take the cross-entropy", theta, t);
        Shapes.length("take the cross-entropy of rows", out.length, theta.rows());
        if (theta instanceof FloatMatrix a && t instanceof FloatMatrix b) {
            FloatRows.softplusMinus(a, b, out);
        } else if (theta instanceof DoubleMatrix a && t instanceof DoubleMatrix b) {
            DoubleRows.softplusMinus(a, b, out);
        } else {
            throw mixed(theta, t);
        }
    }

    /**
     * out[i] = dot product of row i of a and row i of b.
     * @param a,b n x k; not modified
     * @param out at least n; overwritten
     */
    public static void rowDots(Matrix a, Matrix b, double[] out) {
        Shapes.sameShape("take dot products of rows", a, b);
        Shapes.length("take dot products of rows", out.length, a.rows());
        if (a instanceof FloatMatrix x && b instanceof FloatMatrix y) {
            for (int i = 0; i < x.rows(); i++) {
                out[i] = FloatLoops.dot(
                        x.data(), x.offset() + i * x.stride(), y.data(), y.offset() + i * y.stride(), x.cols());
            }
        } else if (a instanceof DoubleMatrix x && b instanceof DoubleMatrix y) {
            for (int i = 0; i < x.rows(); i++) {
                out[i] = DoubleLoops.dot(
                        x.data(), x.offset() + i * x.stride(), y.data(), y.offset() + i * y.stride(), x.cols());
            }
        } else {
            throw mixed(a, b);
        }
    }

    private interface FloatRun {
        void apply(float[] a, int aOffset, float[] b, int bOffset, int length);
    }

    private interface DoubleRun {
        void apply(double[] a, int aOffset, double[] b, int bOffset, int length);
    }

    /**
     * Calls one of the two on every run of elements that lie side by side in both matrices: once where both are
     * contiguous.
     */
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
            throw mixed(x, y);
        }
    }

    private static IllegalArgumentException mixed(Matrix a, Matrix b) {
        return new IllegalArgumentException(
                "Cannot combine %s and %s matrices".formatted(a.precision(), b.precision()));
    }
}
