package io.kfac.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The native implementation against netlib's Java one, routine by routine, on arrays with offsets and leading
 * dimensions.
 */
class NetlibBlasTest {
    private static final int OFFSET = 5;
    private static final int LD = 40;
    private static final int N = 33;
    private static final double[] DOUBLES =
            new Random(1).doubles(OFFSET + LD * LD, -1, 1).toArray();

    private final Blas nativeBlas = NativeBlas.get();
    private final Blas java = NetlibBlas.createJava();

    private static double[] doubles(int shift) {
        double[] values = DOUBLES.clone();
        for (int i = 0; i < values.length; i++) {
            values[i] = DOUBLES[(i + shift) % values.length];
        }
        return values;
    }

    private static float[] floats(int shift) {
        double[] from = doubles(shift);
        float[] values = new float[from.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) from[i];
        }
        return values;
    }

    /** a a' + N I: positive definite. */
    private double[] positive() {
        double[] a = new double[OFFSET + LD * LD];
        java.dgemm(false, true, N, N, N, 1, doubles(0), OFFSET, LD, doubles(0), OFFSET, LD, 0, a, OFFSET, LD);
        for (int i = 0; i < N; i++) {
            a[OFFSET + i * LD + i] += N;
        }
        return a;
    }

    @Test
    void theFirstIsReallyNative() {
        assertThat(NativeBlas.status()).as("%s", NativeBlas.status()).matches(NativeBlas.Status::isNative);
        assertThat(NativeBlas.status().description()).contains("OpenBLAS").contains("1 thread");
    }

    @Test
    void gemmAgrees() {
        for (boolean ta : new boolean[] {false, true}) {
            for (boolean tb : new boolean[] {false, true}) {
                double[] d1 = doubles(3);
                double[] d2 = doubles(3);
                nativeBlas.dgemm(
                        ta, tb, 30, N, 20, 2, doubles(0), OFFSET, LD, doubles(1), OFFSET, LD, -1, d1, OFFSET, LD);
                java.dgemm(ta, tb, 30, N, 20, 2, doubles(0), OFFSET, LD, doubles(1), OFFSET, LD, -1, d2, OFFSET, LD);
                assertThat(d1).containsExactly(d2, within(1e-13));
                assertThat(d1).isNotEqualTo(doubles(3));
                float[] f1 = floats(3);
                float[] f2 = floats(3);
                nativeBlas.sgemm(
                        ta, tb, 30, N, 20, 2, floats(0), OFFSET, LD, floats(1), OFFSET, LD, -1, f1, OFFSET, LD);
                java.sgemm(ta, tb, 30, N, 20, 2, floats(0), OFFSET, LD, floats(1), OFFSET, LD, -1, f2, OFFSET, LD);
                assertThat(f1).containsExactly(f2, within(2e-5f));
            }
        }
    }

    @Test
    void syrkAgrees() {
        double[] d1 = doubles(3);
        double[] d2 = doubles(3);
        nativeBlas.dsyrk(N, 20, 2, doubles(0), OFFSET, LD, -1, d1, OFFSET, LD);
        java.dsyrk(N, 20, 2, doubles(0), OFFSET, LD, -1, d2, OFFSET, LD);
        assertThat(d1).containsExactly(d2, within(1e-13));
        assertThat(d1).isNotEqualTo(doubles(3));
        float[] f1 = floats(3);
        float[] f2 = floats(3);
        nativeBlas.ssyrk(N, 20, 2, floats(0), OFFSET, LD, -1, f1, OFFSET, LD);
        java.ssyrk(N, 20, 2, floats(0), OFFSET, LD, -1, f2, OFFSET, LD);
        assertThat(f1).containsExactly(f2, within(2e-5f));
    }

    @Test
    void choleskyAgrees() {
        double[] a1 = positive();
        double[] a2 = positive();
        assertThat(nativeBlas.dpotrf(N, a1, OFFSET, LD)).isZero();
        assertThat(java.dpotrf(N, a2, OFFSET, LD)).isZero();
        assertThat(a1).containsExactly(a2, within(1e-12));
        double[] b1 = doubles(7);
        double[] b2 = doubles(7);
        assertThat(nativeBlas.dpotrs(N, 3, a1, OFFSET, LD, b1, OFFSET, LD)).isZero();
        assertThat(java.dpotrs(N, 3, a2, OFFSET, LD, b2, OFFSET, LD)).isZero();
        assertThat(b1).containsExactly(b2, within(1e-12));
        assertThat(b1).isNotEqualTo(doubles(7));
        assertThat(nativeBlas.dpotri(N, a1, OFFSET, LD)).isZero();
        assertThat(java.dpotri(N, a2, OFFSET, LD)).isZero();
        assertThat(a1).containsExactly(a2, within(1e-12));
    }

    @Test
    void bothReportTheMinorThatIsNotPositive() {
        double[] a1 = positive();
        a1[OFFSET + 10 * LD + 10] = -1;
        double[] a2 = a1.clone();
        assertThat(nativeBlas.dpotrf(N, a1, OFFSET, LD)).isEqualTo(11);
        assertThat(java.dpotrf(N, a2, OFFSET, LD)).isEqualTo(11);
    }

    @Test
    void eigenvaluesAgree() {
        double[] w1 = new double[N];
        double[] w2 = new double[N];
        int work = 1 + 6 * N + 2 * N * N;
        assertThat(nativeBlas.dsyevd(true, N, positive(), OFFSET, LD, w1, new double[work], new int[3 + 5 * N]))
                .isZero();
        assertThat(java.dsyevd(true, N, positive(), OFFSET, LD, w2, new double[work], new int[3 + 5 * N]))
                .isZero();
        assertThat(w1).containsExactly(w2, within(1e-11));
        assertThat(w1).isSorted();
        assertThat(Arrays.stream(w1).min().getAsDouble()).isGreaterThanOrEqualTo(N - 1e-9);
    }
}
