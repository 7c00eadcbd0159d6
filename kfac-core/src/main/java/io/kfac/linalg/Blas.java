package io.kfac.linalg;

/**
 * The few BLAS and LAPACK routines that we use, column-major as in Fortran, with array offsets. Our own interface so
 * that the implementation can come from any class loader (see {@link NativeBlas}) and so that callers see only what is
 * used. Everything is single-threaded and safe to call from several threads on different arrays. No dimension may be
 * zero.
 */
public interface Blas {

    /** c = alpha op(a) op(b) + beta c; op(a) is m x k, op(b) k x n, c m x n. */
    void sgemm(
            boolean transA,
            boolean transB,
            int m,
            int n,
            int k,
            float alpha,
            float[] a,
            int offsetA,
            int lda,
            float[] b,
            int offsetB,
            int ldb,
            float beta,
            float[] c,
            int offsetC,
            int ldc);

    /** c = alpha op(a) op(b) + beta c; op(a) is m x k, op(b) k x n, c m x n. */
    void dgemm(
            boolean transA,
            boolean transB,
            int m,
            int n,
            int k,
            double alpha,
            double[] a,
            int offsetA,
            int lda,
            double[] b,
            int offsetB,
            int ldb,
            double beta,
            double[] c,
            int offsetC,
            int ldc);

    /**
     * Upper triangle of c = alpha a a' + beta c; a is n x k, c n x n. The arrays must reach {@code k * lda} and {@code
     * n * ldc} elements past their offsets (the implementations check that much, not only what is touched).
     */
    void ssyrk(int n, int k, float alpha, float[] a, int offsetA, int lda, float beta, float[] c, int offsetC, int ldc);

    /** As {@link #ssyrk}, in double. */
    void dsyrk(
            int n,
            int k,
            double alpha,
            double[] a,
            int offsetA,
            int lda,
            double beta,
            double[] c,
            int offsetC,
            int ldc);

    /**
     * Cholesky factor u'u = a in the upper triangle of a, n x n; the strict lower triangle is not touched.
     * @return 0, or the order of the first leading minor that is not positive
     */
    int dpotrf(int n, double[] a, int offset, int lda);

    /**
     * Upper triangle of the inverse, from the factor that {@link #dpotrf} left in a.
     * @return 0, or the number of a zero pivot
     */
    int dpotri(int n, double[] a, int offset, int lda);

    /** Solves u'u x = b in place for the columns of b, n x columns, with the factor of {@link #dpotrf}. @return 0 */
    int dpotrs(int n, int columns, double[] a, int offsetA, int lda, double[] b, int offsetB, int ldb);

    /**
     * Eigenvalues, ascending, and orthonormal eigenvectors (columns of a on return) of the symmetric matrix whose upper
     * triangle a holds, by divide and conquer.
     * @param values at least n; overwritten
     * @param work   length at least 1 + 6 n + 2 n^2
     * @param iwork  length at least 3 + 5 n
     * @return 0, or a positive number where the iteration did not converge
     */
    int dsyevd(boolean vectors, int n, double[] a, int offset, int lda, double[] values, double[] work, int[] iwork);
}
