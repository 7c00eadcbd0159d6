package io.kfac.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole matrices in every layout; how exact the functions are is tested with the kernels. */
class ElementwiseTest {
    private static final double FLOAT_TOLERANCE = 1e-6;

    static Stream<Arguments> cases() {
        return MatrixTest.cases();
    }

    private static double tolerance(Precision precision) {
        return precision == Precision.FLOAT ? FLOAT_TOLERANCE : 1e-15;
    }

    private static double phi(double x) {
        double[] z = {x};
        DoubleKernels.gelu(z, 0, new double[0], 0, 1);
        return z[0];
    }

    private record Function(
            Consumer<Matrix> inPlace, BiConsumer<Matrix, Matrix> withSlope, DoubleUnaryOperator value) {}

    @ParameterizedTest
    @MethodSource("cases")
    void activationsActInPlaceAndGiveTheirSlopes(Precision precision, Layout layout) {
        Function[] functions = {
            new Function(Elementwise::tanh, Elementwise::tanh, Math::tanh),
            new Function(Elementwise::logistic, Elementwise::logistic, x -> 1 / (1 + Math.exp(-x))),
            new Function(Elementwise::relu, Elementwise::relu, x -> Math.max(x, 0)),
            new Function(Elementwise::gelu, Elementwise::gelu, ElementwiseTest::phi)
        };
        for (Function function : functions) {
            Matrix x = layout.random(precision, 5, 37, 1);
            double[][] value = new double[5][37];
            double[][] slope = new double[5][37];
            for (int i = 0; i < 5; i++) {
                for (int j = 0; j < 37; j++) {
                    double h = 1e-5;
                    value[i][j] = function.value.applyAsDouble(x.get(i, j));
                    slope[i][j] = (function.value.applyAsDouble(x.get(i, j) + h)
                                    - function.value.applyAsDouble(x.get(i, j) - h))
                            / (2 * h);
                }
            }
            Matrix y = layout.zeros(precision, 5, 37);
            y.copyFrom(x);
            function.inPlace.accept(y);
            MatrixTest.assertSame(y, value, tolerance(precision));
            for (Layout other : Layout.values()) {
                Matrix s = other.zeros(precision, 5, 37);
                Matrix z = layout.zeros(precision, 5, 37);
                z.copyFrom(x);
                function.withSlope.accept(z, s);
                MatrixTest.assertSame(z, value, tolerance(precision));
                MatrixTest.assertSame(s, slope, Math.max(tolerance(precision), 1e-9));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void exponentials(Precision precision, Layout layout) {
        Matrix x = layout.random(precision, 3, 19, 2);
        double[][] expected = MatrixTest.elements(x);
        for (double[] row : expected) {
            Arrays.setAll(row, j -> Math.exp(row[j]));
        }
        Elementwise.exp(x);
        MatrixTest.assertSame(x, expected, tolerance(precision));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void softmaxAndLogSumExpOfEveryRow(Precision precision, Layout layout) {
        for (int k : new int[] {1, 3, 10, 40, 5000}) {
            int n = 2100 / k + 3;
            Matrix theta = layout.random(precision, n, k, 3);
            theta.scale(5);
            double[] lse = new double[n];
            double[][] mean = MatrixTest.elements(theta);
            for (int i = 0; i < n; i++) {
                double[] row = mean[i];
                double sum = Arrays.stream(row).map(Math::exp).sum();
                lse[i] = Math.log(sum);
                Arrays.setAll(row, j -> Math.exp(row[j]) / sum);
            }
            double[] actual = new double[n];
            Elementwise.logSumExpRows(theta, actual);
            assertThat(actual).containsExactly(lse, within(20 * tolerance(precision)));
            for (Layout other : Layout.values()) {
                Matrix out = other.zeros(precision, n, k);
                Elementwise.softmaxRows(theta, out);
                MatrixTest.assertSame(out, mean, 2 * tolerance(precision));
                out.fill(0);
                Arrays.fill(actual, 0);
                Elementwise.softmaxRows(theta, out, actual);
                MatrixTest.assertSame(out, mean, 2 * tolerance(precision));
                assertThat(actual).containsExactly(lse, within(20 * tolerance(precision)));
            }
            Elementwise.softmaxRows(theta, theta, actual);
            MatrixTest.assertSame(theta, mean, 2 * tolerance(precision));
            assertThat(actual).as("in place").containsExactly(lse, within(20 * tolerance(precision)));
        }
    }

    @Test
    void logSumExpHoldsToTheReferenceValues() {
        Matrix theta = DoubleMatrix.of(2, 3, new double[] {1, 2, 3, 800, 810, 0});
        double[] out = new double[2];
        Elementwise.logSumExpRows(theta, out);
        assertThat(out).containsExactly(new double[] {3.40760596444438, 810.0000453988991}, within(1e-12));
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void softmaxOfExtremes(Precision precision) {
        Matrix theta = Matrix.zeros(precision, 3, 3);
        theta.setRow(0, new double[] {1e30, 0, -1e30});
        theta.setRow(1, new double[] {0, Double.NaN, 0});
        theta.setRow(2, new double[] {Double.NEGATIVE_INFINITY, 0, 0});
        double[] lse = new double[3];
        Elementwise.softmaxRows(theta, theta, lse);
        double[] row = new double[3];
        theta.getRow(0, row);
        assertThat(row).containsExactly(1, 0, 0);
        theta.getRow(1, row);
        assertThat(row).containsOnly(Double.NaN);
        theta.getRow(2, row);
        assertThat(row).containsExactly(0, 0.5, 0.5);
        assertThat(lse[1]).isNaN();
        assertThat(lse[2]).isCloseTo(Math.log(2), within(1e-15));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void rowSumsOfSoftplusCrossEntropyAndProducts(Precision precision, Layout layout) {
        for (int k : new int[] {1, 7, 784, 5000}) {
            Matrix theta = layout.random(precision, 9, k, 4);
            double[] softplus = new double[9];
            double[] entropy = new double[9];
            double[] dots = new double[9];
            for (Layout other : Layout.values()) {
                Matrix t = other.random(precision, 9, k, 5);
                for (int i = 0; i < 9; i++) {
                    softplus[i] = entropy[i] = dots[i] = 0;
                    for (int j = 0; j < k; j++) {
                        double f = Math.log1p(Math.exp(theta.get(i, j)));
                        softplus[i] += f;
                        entropy[i] += f - theta.get(i, j) * t.get(i, j);
                        dots[i] += theta.get(i, j) * t.get(i, j);
                    }
                }
                double[] actual = new double[10];
                actual[9] = 77;
                double bound = Math.max(1e-12, tolerance(precision)) * k;
                Elementwise.softplus(theta, actual);
                assertThat(Arrays.copyOf(actual, 9)).containsExactly(softplus, within(bound));
                Elementwise.softplusMinus(theta, t, actual);
                assertThat(Arrays.copyOf(actual, 9)).containsExactly(entropy, within(bound));
                Elementwise.rowDots(theta, t, actual);
                assertThat(Arrays.copyOf(actual, 9)).containsExactly(dots, within(1e-12 * k));
                assertThat(actual[9]).isEqualTo(77);
            }
        }
    }

    @Test
    void refusesOtherShapesAndPrecisions() {
        Matrix a = FloatMatrix.zeros(2, 3);
        assertThatIllegalArgumentException().isThrownBy(() -> Elementwise.tanh(a, FloatMatrix.zeros(3, 2)));
        assertThatIllegalArgumentException().isThrownBy(() -> Elementwise.tanh(a, DoubleMatrix.zeros(2, 3)));
        assertThatIllegalArgumentException().isThrownBy(() -> Elementwise.softplus(a, new double[1]));
        assertThatIllegalArgumentException().isThrownBy(() -> Elementwise.rowDots(a, a, new double[1]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Elementwise.rowDots(a, DoubleMatrix.zeros(2, 3), new double[2]));
        assertThatIllegalArgumentException().isThrownBy(() -> Elementwise.softmaxRows(a, DoubleMatrix.zeros(2, 3)));
        assertThatIllegalArgumentException().isThrownBy(() -> Elementwise.softmaxRows(a, a, new double[1]));
    }
}
