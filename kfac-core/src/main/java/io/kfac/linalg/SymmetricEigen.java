package io.kfac.linalg;

import java.util.Optional;

/**
 * A = Q diag(values) Q' of a symmetric matrix.
 * @param values  n eigenvalues, ascending
 * @param vectors Q, n x n, orthonormal; column j belongs to values[j]
 */
public record SymmetricEigen(double[] values, DoubleMatrix vectors) {

    /**
     * Decomposes a, by divide and conquer.
     * @param a n x n, only its lower triangle is read; not modified
     * @return empty where a is not finite or the iteration does not converge
     */
    public static Optional<SymmetricEigen> of(DoubleMatrix a) {
        Shapes.square("decompose", a);
        int n = a.rows();
        DoubleMatrix rows = DoubleMatrix.zeros(n, n);
        for (int i = 0; i < n; i++) {
            System.arraycopy(a.data(), a.offset() + i * a.stride(), rows.data(), i * n, i + 1);
        }
        double[] values = new double[n];
        DoubleMatrix vectors = DoubleMatrix.zeros(n, n);
        if (n == 0) {
            return Optional.of(new SymmetricEigen(values, vectors));
        }
        if (!rows.isFinite()) {
            return Optional.empty();
        }
        long work = 1 + 6L * n + 2L * n * n;
        if (work > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "Cannot decompose %s: its workspace exceeds an array".formatted(a.shape()));
        }
        int failed = NativeBlas.get().dsyevd(n, rows.data(), 0, n, values, new double[(int) work], new int[3 + 5 * n]);
        if (failed != 0) {
            return Optional.empty();
        }
        // LAPACK's column-major columns are our rows.
        DoubleLoops.transpose(rows.data(), 0, n, n, n, vectors.data(), 0, n, false);
        return Optional.of(new SymmetricEigen(values, vectors));
    }
}
