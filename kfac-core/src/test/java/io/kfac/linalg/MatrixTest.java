package io.kfac.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.kfac.linalg.Matrix.Transpose;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation against naive loops, in both precisions and every layout. */
class MatrixTest {
    static Stream<Arguments> cases() {
        List<Arguments> all = new ArrayList<>();
        for (Precision precision : Precision.values()) {
            for (Layout layout : Layout.values()) {
                all.add(Arguments.of(precision, layout));
            }
        }
        return all.stream();
    }

    private static double tolerance(Precision precision) {
        return precision == Precision.FLOAT ? 2e-5 : 1e-13;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void multipliesWithEveryTransposition(Precision precision, Layout layout) {
        for (Transpose ta : Transpose.values()) {
            for (Transpose tb : Transpose.values()) {
                for (double beta : new double[] {0, 1, -0.5}) {
                    boolean at = ta == Transpose.YES;
                    boolean bt = tb == Transpose.YES;
                    Matrix a = layout.random(precision, at ? 7 : 5, at ? 5 : 7, 1);
                    Matrix b = layout.random(precision, bt ? 6 : 7, bt ? 7 : 6, 2);
                    Matrix c = layout.random(precision, 5, 6, 3);
                    double[][] expected = new double[5][6];
                    for (int i = 0; i < 5; i++) {
                        for (int j = 0; j < 6; j++) {
                            double sum = 0;
                            for (int k = 0; k < 7; k++) {
                                sum += (at ? a.get(k, i) : a.get(i, k)) * (bt ? b.get(j, k) : b.get(k, j));
                            }
                            expected[i][j] = 2 * sum + beta * c.get(i, j);
                        }
                    }
                    c.multiply(2, a, ta, b, tb, beta);
                    assertSame(c, expected, tolerance(precision));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void overwritesNaNWithBetaZeroAndHandlesAnEmptyInnerDimension(Precision precision, Layout layout) {
        Matrix c = layout.zeros(precision, 2, 3);
        c.fill(Double.NaN);
        c.multiply(
                1, layout.random(precision, 2, 4, 1), Transpose.NO, layout.random(precision, 4, 3, 2), Transpose.NO, 0);
        assertThat(c.isFinite()).isTrue();
        c.fill(3);
        Matrix a = Matrix.zeros(precision, 2, 0);
        Matrix b = Matrix.zeros(precision, 0, 3);
        c.multiply(1, a, Transpose.NO, b, Transpose.NO, 2);
        assertSame(c, new double[][] {{6, 6, 6}, {6, 6, 6}}, 0);
        c.fill(Double.NaN);
        c.multiply(1, a, Transpose.NO, b, Transpose.NO, 0);
        assertSame(c, new double[2][3], 0);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void addsTheGramMatrixToTheLowerTriangleOnly(Precision precision, Layout layout) {
        for (int n : new int[] {0, 1, 9}) {
            Matrix x = layout.random(precision, n, 4, 5);
            Matrix g = layout.random(precision, 4, 4, 6);
            double[][] expected = new double[4][4];
            for (int i = 0; i < 4; i++) {
                for (int j = 0; j < 4; j++) {
                    expected[i][j] = g.get(i, j);
                    if (j <= i) {
                        expected[i][j] *= 0.5;
                        for (int k = 0; k < n; k++) {
                            expected[i][j] += 3 * x.get(k, i) * x.get(k, j);
                        }
                    }
                }
            }
            g.addGram(3, x, 0.5);
            assertSame(g, expected, tolerance(precision));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void addsScalesAndMultiplies(Precision precision, Layout layout) {
        Matrix x = layout.random(precision, 5, 11, 7);
        Matrix y = layout.random(precision, 5, 11, 8);
        double[] factors = {1, -2, 0, 0.25, 3};
        double[][] expected = new double[5][11];
        double dot = 0;
        for (int i = 0; i < 5; i++) {
            for (int j = 0; j < 11; j++) {
                double sum = (y.get(i, j) - 2 * x.get(i, j)) * 0.5;
                expected[i][j] = sum * x.get(i, j) * factors[i];
                dot += x.get(i, j) * y.get(i, j);
            }
        }
        assertThat(x.dot(y)).isCloseTo(dot, within(1e-12));
        y.add(-2, x);
        y.scale(0.5);
        y.multiplyElements(x);
        y.scaleRows(factors);
        assertSame(y, expected, tolerance(precision));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void copiesInEitherPrecision(Precision precision, Layout layout) {
        for (Precision other : Precision.values()) {
            for (Layout otherLayout : Layout.values()) {
                Matrix x = layout.random(precision, 4, 3, 9);
                Matrix y = otherLayout.zeros(other, 4, 3);
                y.copyFrom(x);
                assertSame(y, elements(x), 0);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void getsAndSetsRows(Precision precision, Layout layout) {
        Matrix x = layout.random(precision, 3, 4, 10);
        double[][] expected = elements(x);
        double[] row = new double[6];
        x.getRow(1, row);
        assertThat(row).startsWith(expected[1]).endsWith(0, 0);
        x.setRow(2, row);
        expected[2] = expected[1];
        assertSame(x, expected, 0);
        assertThatIllegalArgumentException().isThrownBy(() -> x.getRow(3, row));
        assertThatIllegalArgumentException().isThrownBy(() -> x.setRow(0, new double[3]));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void seesEveryNonFiniteElement(Precision precision, Layout layout) {
        for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            for (int i = 0; i < 3; i++) {
                for (int j = 0; j < 7; j++) {
                    Matrix x = layout.random(precision, 3, 7, 11);
                    assertThat(x.isFinite()).isTrue();
                    x.set(i, j, bad);
                    assertThat(x.isFinite()).isFalse();
                }
            }
        }
        Matrix huge = layout.zeros(precision, 2, 9);
        huge.fill(precision == Precision.FLOAT ? Float.MAX_VALUE : Double.MAX_VALUE);
        assertThat(huge.isFinite()).as("large is not infinite").isTrue();
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void mirrorsAndTraces(Layout layout) {
        for (int n : new int[] {1, 31, 32, 33, 70}) {
            for (Precision precision : Precision.values()) {
                Matrix x = layout.random(precision, n, n, 12);
                double[][] expected = elements(x);
                double trace = 0;
                for (int i = 0; i < n; i++) {
                    trace += expected[i][i];
                    for (int j = 0; j < i; j++) {
                        expected[j][i] = expected[i][j];
                    }
                }
                if (x instanceof FloatMatrix m) {
                    m.mirrorLowerToUpper();
                    assertThat(m.trace()).isCloseTo(trace, within(1e-12 * n));
                } else if (x instanceof DoubleMatrix m) {
                    m.mirrorLowerToUpper();
                    assertThat(m.trace()).isCloseTo(trace, within(1e-12 * n));
                }
                assertSame(x, expected, 0);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isSerialisedAsWhatItShows(Precision precision, Layout layout) throws Exception {
        Matrix x = layout.random(precision, 4, 3, 13);
        Matrix back = roundTrip(x);
        assertThat(back.stride()).isEqualTo(3);
        assertThat(back.precision()).isEqualTo(precision);
        assertThat(Layout.expectedRim(back)).isZero();
        assertSame(back, elements(x), 0);
    }

    @Test
    void namesBothShapesWhereTheyDoNotFit() {
        Matrix a = FloatMatrix.zeros(2, 3);
        Matrix b = FloatMatrix.zeros(2, 4);
        assertThatIllegalArgumentException().isThrownBy(() -> a.add(1, b)).withMessageContainingAll("2x3", "2x4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> a.multiply(1, b, Transpose.NO, b, Transpose.YES, 0))
                .withMessageContainingAll("2x3", "2x4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> a.addGram(1, b, 0))
                .withMessageContaining("2x4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> a.add(1, DoubleMatrix.zeros(2, 3)))
                .withMessageContainingAll("DOUBLE", "FLOAT");
        assertThatIllegalArgumentException().isThrownBy(() -> a.rowRange(1, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> a.colRange(2, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new FloatMatrix(new float[5], 0, 2, 2, 4));
        assertThatIllegalArgumentException().isThrownBy(() -> FloatMatrix.of(2, 2, new float[5]));
        assertThatIllegalArgumentException().isThrownBy(() -> FloatMatrix.zeros(1 << 16, 1 << 16));
    }

    @Test
    void emptyViewsAreWelcomeAtTheVeryEnd() {
        Matrix a = DoubleMatrix.zeros(2, 3);
        assertThat(a.rowRange(2, 2).copy().shape()).isEqualTo("0x3");
        assertThat(a.colRange(3, 3).copy().shape()).isEqualTo("2x0");
    }

    static <T> T roundTrip(T object) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            @SuppressWarnings("unchecked")
            T back = (T) in.readObject();
            return back;
        }
    }

    static double[][] elements(Matrix x) {
        double[][] elements = new double[x.rows()][x.cols()];
        for (int i = 0; i < x.rows(); i++) {
            for (int j = 0; j < x.cols(); j++) {
                elements[i][j] = x.get(i, j);
            }
        }
        return elements;
    }

    /** Equal elements, and nothing around the view was touched. */
    static void assertSame(Matrix actual, double[][] expected, double tolerance) {
        assertThat(actual.rows()).isEqualTo(expected.length);
        for (int i = 0; i < actual.rows(); i++) {
            for (int j = 0; j < actual.cols(); j++) {
                double bound = tolerance * Math.max(1, Math.abs(expected[i][j]));
                // Asserted only where it fails: an assertion an element would take seconds.
                if (!(Math.abs(actual.get(i, j) - expected[i][j]) <= bound)) {
                    assertThat(actual.get(i, j)).as("element (%d, %d)", i, j).isCloseTo(expected[i][j], within(bound));
                }
            }
        }
        assertThat(Layout.rim(actual)).as("untouched elements around the view").isEqualTo(Layout.expectedRim(actual));
    }
}
