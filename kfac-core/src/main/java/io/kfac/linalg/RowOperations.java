package io.kfac.linalg;

/**
 * Sums within the rows of a matrix: per row, not in all, because rows carry weights. Sums are accumulated in double in a fixed order,
 * so that they have the same bits whichever {@link Kernels} run.
 */
public final class RowOperations {
    private RowOperations() {}

    /**
     * Softmax of each row, shifted by the row's maximum. A row of which an element is NaN or +infinity becomes NaN.
     * @param theta n x k; not modified unless it is mean itself, which is allowed
     * @param mean  n x k; overwritten
     */
    public static void softmax(Matrix theta, Matrix mean) {
        softmax(theta, mean, new double[0]);
    }

    /**
     * As {@link #softmax(Matrix, Matrix)}, and the log-sum-exp of each row beside it, at no extra cost.
     * @param logSumExp at least n, overwritten; or empty where it is not wanted
     */
    public static void softmax(Matrix theta, Matrix mean, double[] logSumExp) {
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

    /** out[i] = log of the sum of exp(theta[i][j]) over j. @param theta n x k; not modified @param out at least n; overwritten */
    public static void logSumExp(Matrix theta, double[] out) {
        Shapes.length("take the log-sum-exp of rows", out.length, theta.rows());
        if (theta instanceof FloatMatrix a) {
            FloatRows.logSumExp(a, out);
        } else if (theta instanceof DoubleMatrix a) {
            DoubleRows.logSumExp(a, out);
        }
    }

    /** out[i] = sum over j of log(1 + exp(theta[i][j])). @param theta n x k; not modified @param out at least n; overwritten */
    public static void softplus(Matrix theta, double[] out) {
        Shapes.length("sum the softplus of rows", out.length, theta.rows());
        if (theta instanceof FloatMatrix a) {
            FloatRows.softplus(a, out);
        } else if (theta instanceof DoubleMatrix a) {
            DoubleRows.softplus(a, out);
        }
    }

    /**
     * out[i] = sum over j of log(1 + exp(theta[i][j])) - theta[i][j] t[i][j], with no cancellation where t is 0 or 1: the Bernoulli
     * cross-entropy of targets t and log-odds theta.
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

    /** out[i] = dot product of row i of a and row i of b. @param a,b n x k; not modified @param out at least n; overwritten */
    public static void dots(Matrix a, Matrix b, double[] out) {
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

    private static IllegalArgumentException mixed(Matrix a, Matrix b) {
        return new IllegalArgumentException(
                "Cannot combine rows of %s and %s matrices".formatted(a.precision(), b.precision()));
    }
}
