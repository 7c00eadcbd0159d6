package io.kfac.linalg;

import java.util.Optional;

/** The factor L of a symmetric positive definite matrix A = L L'. Immutable; solves as often as asked. */
public final class Cholesky {
    private final DoubleMatrix factor;

    private Cholesky(DoubleMatrix factor) {
        this.factor = factor;
    }

    /**
     * Factors a.
     * @param a n x n, only its lower triangle is read; not modified
     * @return empty where a is not positive definite to working precision, or not finite
     */
    public static Optional<Cholesky> of(DoubleMatrix a) {
        Shapes.square("factor", a);
        int n = a.rows();
        DoubleMatrix l = DoubleMatrix.zeros(n, n);
        copyLower(a, l);
        // Row-major lower is column-major upper: u'u = a with u = L'.
        if (n > 0 && NativeBlas.get().dpotrf(n, l.data(), 0, n) != 0) {
            return Optional.empty();
        }
        for (int i = 0; i < n; i++) {
            // NaN compares false, so potrf may report success on it; row i's NaN or infinity ends in diagonal i.
            double pivot = l.get(i, i);
            if (!(pivot > 0 && pivot < Double.POSITIVE_INFINITY)) {
                return Optional.empty();
            }
        }
        return Optional.of(new Cholesky(l));
    }

    /** A factor that was made before: what {@link #factor} gave. @param factor n x n, lower triangular; not copied */
    public static Cholesky ofFactor(DoubleMatrix factor) {
        Shapes.square("take for a factor", factor);
        return new Cholesky(factor);
    }

    /** n, where A is n x n. */
    public int order() {
        return factor.rows();
    }

    /** x = A^-1 x. @param x at least n numbers; overwritten */
    public void solve(double[] x) {
        int n = order();
        Shapes.length("solve", x.length, n);
        solveRows(new DoubleMatrix(x, 0, 1, n, n));
    }

    /** B = B A^-1: every row of B is one right-hand side. @param b m x n; overwritten */
    public void solveRows(DoubleMatrix b) {
        int n = order();
        Shapes.shape("solve", b, b.rows(), n);
        if (n > 0 && b.rows() > 0) {
            NativeBlas.get().dpotrs(n, b.rows(), factor.data(), 0, n, b.data(), b.offset(), b.stride());
        }
    }

    /** A^-1, n x n, both triangles. */
    public DoubleMatrix inverse() {
        int n = order();
        DoubleMatrix inverse = DoubleMatrix.zeros(n, n);
        copyLower(factor, inverse);
        if (n > 0) {
            int zeroPivot = NativeBlas.get().dpotri(n, inverse.data(), 0, n);
            if (zeroPivot != 0) {
                throw new IllegalStateException(
                        "Cannot invert: pivot %d of a checked factor is zero".formatted(zeroPivot));
            }
        }
        inverse.mirrorLowerToUpper();
        return inverse;
    }

    /** L, n x n, zeros above the diagonal. */
    public DoubleMatrix factor() {
        return (DoubleMatrix) factor.copy();
    }

    /** log det A. */
    public double logDet() {
        double sum = 0;
        for (int i = 0; i < order(); i++) {
            sum += Math.log(factor.get(i, i));
        }
        return 2 * sum;
    }

    private static void copyLower(DoubleMatrix from, DoubleMatrix to) {
        for (int i = 0; i < from.rows(); i++) {
            System.arraycopy(from.data(), from.offset() + i * from.stride(), to.data(), i * to.cols(), i + 1);
        }
    }
}
