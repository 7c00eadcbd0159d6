package io.kfac.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.kfac.linalg.Matrix.Transpose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link Cholesky} and {@link SymmetricEigen} by their residuals, and their failures as values. */
class FactorisationTest {
    private static final double TOLERANCE = 1e-12;

    /** x'x + shift I with garbage above the diagonal, which nobody may read. */
    private static DoubleMatrix symmetric(Layout layout, int n, double shift) {
        DoubleMatrix a = (DoubleMatrix) layout.zeros(Precision.DOUBLE, n, n);
        a.fill(Double.NaN);
        DoubleMatrix compact = DoubleMatrix.zeros(n, n);
        compact.addGram(1, Layout.COMPACT.random(Precision.DOUBLE, n + 2, n, 1), 0);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                a.set(i, j, compact.get(i, j) + (i == j ? shift : 0));
            }
        }
        return a;
    }

    private static DoubleMatrix full(DoubleMatrix lower) {
        DoubleMatrix full = (DoubleMatrix) lower.copy();
        full.mirrorLowerToUpper();
        return full;
    }

    private static DoubleMatrix product(DoubleMatrix a, Transpose ta, DoubleMatrix b, Transpose tb) {
        DoubleMatrix c =
                DoubleMatrix.zeros(ta == Transpose.NO ? a.rows() : a.cols(), tb == Transpose.NO ? b.cols() : b.rows());
        c.multiply(1, a, ta, b, tb, 0);
        return c;
    }

    private static double[][] identity(int n) {
        double[][] identity = new double[n][n];
        for (int i = 0; i < n; i++) {
            identity[i][i] = 1;
        }
        return identity;
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void choleskyInvertsAndSolves(Layout layout) {
        for (int n : new int[] {1, 2, 33, 120}) {
            DoubleMatrix lower = symmetric(layout, n, 1);
            DoubleMatrix a = full(lower);
            Cholesky cholesky = Cholesky.of(lower).orElseThrow();
            assertThat(lower.get(0, 0)).as("not modified").isEqualTo(a.get(0, 0));
            DoubleMatrix l = cholesky.factor();
            MatrixTest.assertSame(product(l, Transpose.NO, l, Transpose.YES), MatrixTest.elements(a), TOLERANCE * n);
            DoubleMatrix inverse = cholesky.inverse();
            MatrixTest.assertSame(product(inverse, Transpose.NO, a, Transpose.NO), identity(n), 100 * TOLERANCE * n);
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < i; j++) {
                    assertThat(inverse.get(i, j)).as("symmetric").isEqualTo(inverse.get(j, i));
                }
            }
            DoubleMatrix b = (DoubleMatrix) layout.random(Precision.DOUBLE, 3, n, 2);
            DoubleMatrix x = (DoubleMatrix) layout.zeros(Precision.DOUBLE, 3, n);
            x.copyFrom(b);
            cholesky.solveRows(x);
            assertThat(Layout.rim(x)).isEqualTo(Layout.expectedRim(x));
            MatrixTest.assertSame(
                    product(x, Transpose.NO, a, Transpose.NO), MatrixTest.elements(b), 100 * TOLERANCE * n);
            double[] vector = new double[n];
            b.getRow(1, vector);
            cholesky.solve(vector);
            for (int j = 0; j < n; j++) {
                assertThat(vector[j]).isCloseTo(x.get(1, j), within(TOLERANCE * n));
            }
        }
    }

    @Test
    void logDeterminantOfADiagonal() {
        DoubleMatrix a = DoubleMatrix.zeros(3, 3);
        a.set(0, 0, 2);
        a.set(1, 1, 1e200);
        a.set(2, 2, 1e200);
        assertThat(Cholesky.of(a).orElseThrow().logDet())
                .isCloseTo(Math.log(2) + 400 * Math.log(10), within(TOLERANCE * 1000));
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void whatIsNotFiniteHasNoFactorisation(double bad) {
        for (int n : new int[] {1, 2, 5, 80}) {
            for (int[] where : new int[][] {{0, 0}, {n - 1, 0}, {n - 1, n - 1}, {n / 2, n / 3}}) {
                DoubleMatrix a = full(symmetric(Layout.COMPACT, n, 1));
                a.set(where[0], where[1], bad);
                assertThat(Cholesky.of(a)).as("n %d", n).isEmpty();
                assertThat(SymmetricEigen.of(a)).as("n %d", n).isEmpty();
            }
        }
    }

    @Test
    void whatIsNotPositiveHasNoCholeskyFactor() {
        assertThat(Cholesky.of(DoubleMatrix.zeros(2, 2))).isEmpty();
        DoubleMatrix indefinite = full(symmetric(Layout.COMPACT, 6, 1));
        indefinite.set(4, 4, -1);
        assertThat(Cholesky.of(indefinite)).isEmpty();
        assertThat(Cholesky.of(DoubleMatrix.zeros(0, 0))).isPresent();
        assertThatIllegalArgumentException().isThrownBy(() -> Cholesky.of(DoubleMatrix.zeros(2, 3)));
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void eigenvectorsDiagonalise(Layout layout) {
        for (int n : new int[] {1, 2, 33, 120}) {
            DoubleMatrix lower = symmetric(layout, n, -3);
            DoubleMatrix a = full(lower);
            SymmetricEigen eigen = SymmetricEigen.of(lower).orElseThrow();
            DoubleMatrix q = eigen.vectors();
            assertThat(eigen.values()).hasSize(n).isSorted();
            MatrixTest.assertSame(product(q, Transpose.YES, q, Transpose.NO), identity(n), TOLERANCE * n);
            double[][] expected = new double[n][n];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    expected[i][j] = q.get(i, j) * eigen.values()[j];
                }
            }
            MatrixTest.assertSame(product(a, Transpose.NO, q, Transpose.NO), expected, TOLERANCE * n * n);
        }
        assertThat(SymmetricEigen.of(DoubleMatrix.zeros(0, 0))).isPresent();
    }
}
