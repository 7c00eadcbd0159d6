package io.kfac.preconditioner;

import static io.kfac.linalg.Matrix.Transpose.NO;

import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.SymmetricEigen;
import java.util.Optional;

/** (M + ridge I)^(-1/p) of a symmetric positive semi-definite matrix, by its eigenvalues (Anil et al. 2020, sec. 4). */
final class InverseRoot {
    /** Least eigenvalue, as a share of the largest: below it there is only rounding. */
    private static final double FLOOR = 1e-10;

    /** Largest entry of X^p (M + ridge I) - I: what rounding leaves at the floor, with room. */
    private static final double RESIDUAL = 1e-3;

    private static final int RETRIES = 6;

    private InverseRoot() {}

    /**
     * The root, with a higher ridge where it does not solve its equation.
     * @param m      n x n, lower triangle
     * @param ridge  added to every eigenvalue, and at least the floor
     * @param root   p, 2 or 4
     * @param what   named in the error, such as {@code L of layer 2}
     */
    static DoubleMatrix of(DoubleMatrix m, double ridge, int root, String what) {
        SymmetricEigen eigen = SymmetricEigen.of(m)
                .orElseThrow(() -> new ArithmeticException(
                        "Cannot take the inverse root of %s (order %d): its statistics are not finite; check the data for huge values"
                                .formatted(what, m.rows())));
        double largest = eigen.values()[m.rows() - 1];
        if (largest + ridge <= 0) {
            // No gradient yet: whatever has none stays where it is.
            return DoubleMatrix.zeros(m.rows(), m.rows());
        }
        double tried = Math.max(ridge, FLOOR * largest);
        for (int attempt = 0; attempt <= RETRIES; attempt++) {
            Optional<DoubleMatrix> x = power(eigen, tried, root);
            if (x.isPresent() && residual(x.get(), m, tried, root) <= RESIDUAL) {
                return x.get();
            }
            tried *= 10;
        }
        throw new ArithmeticException(
                ("Cannot take the inverse root of %s (order %d, largest eigenvalue %.3g) even with ridge %.3g: it does not solve"
                                + " its equation; raise the damping")
                        .formatted(what, m.rows(), largest, tried));
    }

    private static Optional<DoubleMatrix> power(SymmetricEigen eigen, double ridge, int root) {
        int n = eigen.values().length;
        double[] scales = new double[n];
        for (int i = 0; i < n; i++) {
            double value = eigen.values()[i] + ridge;
            if (!(value > 0)) {
                return Optional.empty();
            }
            scales[i] = Math.pow(value, -1.0 / root);
        }
        DoubleMatrix scaled = DoubleMatrix.zeros(n, n);
        scaled.copyTransposed(eigen.vectors());
        scaled.scaleRows(scales);
        return Optional.of(product(eigen.vectors(), scaled));
    }

    private static double residual(DoubleMatrix x, DoubleMatrix m, double ridge, int root) {
        DoubleMatrix power = x;
        for (int p = 1; p < root; p *= 2) {
            power = product(power, power);
        }
        DoubleMatrix damped = (DoubleMatrix) m.copy();
        damped.mirrorLowerToUpper();
        DoubleMatrix identity = product(power, damped);
        identity.add(ridge, power);
        double worst = 0;
        for (int i = 0; i < m.rows(); i++) {
            for (int j = 0; j < m.rows(); j++) {
                double error = Math.abs(identity.get(i, j) - (i == j ? 1 : 0));
                // A NaN must not pass for small.
                worst = error <= worst ? worst : error;
            }
        }
        return worst;
    }

    private static DoubleMatrix product(DoubleMatrix a, DoubleMatrix b) {
        DoubleMatrix out = DoubleMatrix.zeros(a.rows(), b.cols());
        out.multiply(1, a, NO, b, NO, 0);
        return out;
    }
}
