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
        int n = a.rows();
        DoubleMatrix rows = lower("decompose", a);
        double[] values = new double[n];
        DoubleMatrix vectors = DoubleMatrix.zeros(n, n);
        if (!solve(true, rows, values)) {
            return Optional.empty();
        }
        // LAPACK's column-major columns are our rows.
        DoubleLoops.transpose(rows.data(), 0, n, n, n, vectors.data(), 0, n, false);
        return Optional.of(new SymmetricEigen(values, vectors));
    }

    /** The eigenvalues alone, ascending: several times cheaper. Otherwise like {@link #of}. */
    public static Optional<double[]> valuesOf(DoubleMatrix a) {
        double[] values = new double[a.rows()];
        return solve(false, lower("find the eigenvalues of", a), values) ? Optional.of(values) : Optional.empty();
    }

    private static DoubleMatrix lower(String verb, DoubleMatrix a) {
        Shapes.square(verb, a);
        int n = a.rows();
        DoubleMatrix rows = DoubleMatrix.zeros(n, n);
        for (int i = 0; i < n; i++) {
            System.arraycopy(a.data(), a.offset() + i * a.stride(), rows.data(), i * n, i + 1);
        }
        return rows;
    }

    private static boolean solve(boolean vectors, DoubleMatrix rows, double[] values) {
        int n = rows.rows();
        if (n == 0) {
            return true;
        }
        if (!rows.isFinite()) {
            return false;
        }
        long work = 1 + 6L * n + (vectors ? 2L * n * n : 0);
        if (work > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "Cannot decompose %s: its workspace exceeds an array".formatted(rows.shape()));
        }
        return NativeBlas.get()
                        .dsyevd(vectors, n, rows.data(), 0, n, values, new double[(int) work], new int[3 + 5 * n])
                == 0;
    }
}
