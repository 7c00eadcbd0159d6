package io.kfac.linalg;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.JavaBLAS;
import dev.ludovic.netlib.blas.NativeBLAS;
import dev.ludovic.netlib.lapack.JavaLAPACK;
import dev.ludovic.netlib.lapack.LAPACK;
import dev.ludovic.netlib.lapack.NativeLAPACK;
import org.netlib.util.intW;

/**
 * {@link Blas} on dev.ludovic.netlib. The only class that names netlib's types, because {@link PrivateNetlibLoader} may
 * define it a second time together with a second copy of netlib; so it uses nothing of this package but the public
 * {@link Blas}.
 */
final class NetlibBlas implements Blas {
    private final BLAS blas;
    private final LAPACK lapack;

    private NetlibBlas(BLAS blas, LAPACK lapack) {
        this.blas = blas;
        this.lapack = lapack;
    }

    /** @throws RuntimeException where this copy of netlib was initialised without a native library */
    static Blas createNative() {
        return new NetlibBlas(NativeBLAS.getInstance(), NativeLAPACK.getInstance());
    }

    static Blas createJava() {
        return new NetlibBlas(JavaBLAS.getInstance(), JavaLAPACK.getInstance());
    }

    @Override
    public void sgemm(
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
            int ldc) {
        blas.sgemm(op(transA), op(transB), m, n, k, alpha, a, offsetA, lda, b, offsetB, ldb, beta, c, offsetC, ldc);
    }

    @Override
    public void dgemm(
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
            int ldc) {
        blas.dgemm(op(transA), op(transB), m, n, k, alpha, a, offsetA, lda, b, offsetB, ldb, beta, c, offsetC, ldc);
    }

    @Override
    public void ssyrk(
            int n, int k, float alpha, float[] a, int offsetA, int lda, float beta, float[] c, int offsetC, int ldc) {
        blas.ssyrk("U", "N", n, k, alpha, a, offsetA, lda, beta, c, offsetC, ldc);
    }

    @Override
    public void dsyrk(
            int n,
            int k,
            double alpha,
            double[] a,
            int offsetA,
            int lda,
            double beta,
            double[] c,
            int offsetC,
            int ldc) {
        blas.dsyrk("U", "N", n, k, alpha, a, offsetA, lda, beta, c, offsetC, ldc);
    }

    @Override
    public int dpotrf(int n, double[] a, int offset, int lda) {
        intW info = new intW(0);
        lapack.dpotrf("U", n, a, offset, lda, info);
        return info.val;
    }

    @Override
    public int dpotri(int n, double[] a, int offset, int lda) {
        intW info = new intW(0);
        lapack.dpotri("U", n, a, offset, lda, info);
        return info.val;
    }

    @Override
    public int dpotrs(int n, int columns, double[] a, int offsetA, int lda, double[] b, int offsetB, int ldb) {
        intW info = new intW(0);
        lapack.dpotrs("U", n, columns, a, offsetA, lda, b, offsetB, ldb, info);
        return info.val;
    }

    @Override
    public int dsyevd(
            boolean vectors, int n, double[] a, int offset, int lda, double[] values, double[] work, int[] iwork) {
        intW info = new intW(0);
        lapack.dsyevd(
                vectors ? "V" : "N",
                "U",
                n,
                a,
                offset,
                lda,
                values,
                0,
                work,
                0,
                work.length,
                iwork,
                0,
                iwork.length,
                info);
        return info.val;
    }

    private static String op(boolean transposed) {
        return transposed ? "T" : "N";
    }
}
