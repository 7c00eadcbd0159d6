package io.kfac.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LegendreFunctionTest {
    private static final double TOLERANCE = 1e-12;

    /** Each function of means and points inside its domain. */
    static Stream<Arguments> mirrors() {
        double[] simplex = {0.5, 0.3, 0.2};
        double[] otherSimplex = {0.1, 0.2, 0.7};
        double[] unit = {0.5, 0.03, 0.999};
        double[] otherUnit = {0.1, 0.2, 0.7};
        double[] positive = {0.5, 3, 20};
        double[] otherPositive = {0.1, 4, 0.7};
        return Stream.of(
                Arguments.of(LegendreFunction.halfSquaredNorm(), new double[] {-0.5, 3, 20}, new double[] {1, 0, -0.7}),
                Arguments.of(LegendreFunction.simplexEntropy(3), simplex, otherSimplex),
                Arguments.of(LegendreFunction.fermiDirac(), unit, otherUnit),
                Arguments.of(LegendreFunction.boltzmannShannon(), positive, otherPositive),
                Arguments.of(LegendreFunction.burg(), positive, otherPositive),
                Arguments.of(new NegativeEntropy(new NegativeBinomials(1.7)), positive, otherPositive),
                Arguments.of(new NegativeEntropy(new Normals()), new double[] {1, 5}, new double[] {.5, 2}),
                Arguments.of(new NegativeEntropy(new Gammas()), new double[] {-.7, .6}, new double[] {1, 4}),
                Arguments.of(new NegativeEntropy(new Betas()), new double[] {-1.1, -.6}, new double[] {-.5, -1.2}),
                Arguments.of(new NegativeEntropy(new VonMises()), new double[] {.3, .4}, new double[] {-.2, .1}),
                // Two members of one family, one after the other.
                Arguments.of(new NegativeEntropy(new InverseGaussians()), new double[] {1, 1.5, 2, 2}, new double[] {
                    2, 1, 1, 3
                }));
    }

    private static double[] gradient(LegendreFunction f, double... x) {
        double[] out = new double[x.length];
        f.gradient(x, out);
        return out;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double[] minus(double[] a, double[] b) {
        double[] c = a.clone();
        for (int i = 0; i < c.length; i++) {
            c[i] -= b[i];
        }
        return c;
    }

    private static void close(double actual, double expected) {
        assertThat(actual).isCloseTo(expected, within(TOLERANCE * Math.max(1, Math.abs(expected))));
    }

    @ParameterizedTest
    @MethodSource("mirrors")
    void gradientsInvertEachOther(LegendreFunction mirror, double[] x, double[] y) {
        assertThat(mirror.contains(x)).isTrue();
        double[] dual = gradient(mirror, x);
        assertThat(mirror.conjugate().contains(dual)).isTrue();
        double[] back = gradient(mirror.conjugate(), dual);
        for (int i = 0; i < x.length; i++) {
            close(back[i], x[i]);
        }
        assertThat(mirror.conjugate().conjugate()).isEqualTo(mirror);
    }

    /** The gap of Fenchel and Young, F(x) + F*(eta) - x . eta, is 0 at dual coordinates and the divergence elsewhere. */
    @ParameterizedTest
    @MethodSource("mirrors")
    void fenchelAndYoung(LegendreFunction mirror, double[] x, double[] y) {
        double[] dual = gradient(mirror, y);
        close(mirror.value(y) + mirror.conjugate().value(dual) - dot(y, dual), 0);
        close(mirror.value(x) + mirror.conjugate().value(dual) - dot(x, dual), mirror.divergence(x, y));
    }

    @ParameterizedTest
    @MethodSource("mirrors")
    void gradientsAreDerivatives(LegendreFunction mirror, double[] x, double[] y) {
        derivative(mirror, x, y);
        derivative(mirror.conjugate(), gradient(mirror, x), gradient(mirror, y));
    }

    /** Along y - x, which stays in the simplex. */
    private static void derivative(LegendreFunction f, double[] x, double[] y) {
        double h = 1e-6;
        double[] along = minus(y, x);
        double[] ahead = x.clone();
        double[] behind = x.clone();
        for (int i = 0; i < x.length; i++) {
            ahead[i] += h * along[i];
            behind[i] -= h * along[i];
        }
        double slope = dot(gradient(f, x), along);
        assertThat((f.value(ahead) - f.value(behind)) / (2 * h))
                .isCloseTo(slope, within(1e-7 * Math.max(1, Math.abs(slope))));
    }

    @ParameterizedTest
    @MethodSource("mirrors")
    void divergencesAgreeInBothCoordinates(LegendreFunction mirror, double[] x, double[] y) {
        double direct = mirror.value(x) - mirror.value(y) - dot(gradient(mirror, y), minus(x, y));
        close(mirror.divergence(x, y), direct);
        close(mirror.conjugate().divergence(gradient(mirror, y), gradient(mirror, x)), direct);
        close(mirror.divergence(x, x), 0);
    }

    @Test
    void publishedValues() {
        close(LegendreFunction.boltzmannShannon().value(new double[] {3}), 0.2958368660043291);
        close(LegendreFunction.fermiDirac().conjugate().value(new double[] {2}), 2.126928011042972);
        close(LegendreFunction.simplexEntropy(3).conjugate().value(new double[] {1, 2, 3}), 3.40760596444438);
        close(
                LegendreFunction.simplexEntropy(3).divergence(new double[] {.5, .3, .2}, new double[] {.1, .4, .5}),
                0.5351561881066849);
        close(LegendreFunction.boltzmannShannon().divergence(new double[] {2}, new double[] {5}), 1.16741853625169);
        // Exponential waiting times of rates 2 and 3.
        close(LegendreFunction.burg().divergence(new double[] {1.0 / 2}, new double[] {1.0 / 3}), 0.09453489189183562);
    }

    /** KL(p || q) of nearly equal points is half the squared length in the Fisher metric. */
    @Test
    void divergencesKeepTheirDigitsNearby() {
        double shift = 1e-7;
        double[] p = {0.5, 0.3, 0.2};
        double[] q = {0.5 + shift, 0.3 - shift, 0.2};
        double expected = shift * shift * (1 / 0.5 + 1 / 0.3) / 2;
        assertThat(LegendreFunction.simplexEntropy(3).divergence(p, q)).isCloseTo(expected, within(1e-6 * expected));
    }

    @Test
    void boundariesAreNotInside() {
        assertThat(LegendreFunction.simplexEntropy(2).contains(new double[] {1, 0}))
                .isFalse();
        assertThat(LegendreFunction.simplexEntropy(2).contains(new double[] {0.5, 0.6}))
                .isFalse();
        assertThat(LegendreFunction.fermiDirac().contains(new double[] {1})).isFalse();
        assertThat(LegendreFunction.burg().contains(new double[] {0})).isFalse();
        assertThat(LegendreFunction.burg().conjugate().contains(new double[] {0}))
                .isFalse();
        assertThat(LegendreFunction.halfSquaredNorm().contains(new double[] {Double.NaN}))
                .isFalse();
    }

    /** Values are convex: above their tangents everywhere. */
    @ParameterizedTest
    @MethodSource("mirrors")
    void divergencesArePositive(LegendreFunction mirror, double[] x, double[] y) {
        SplittableRandom random = new SplittableRandom(1);
        for (int trial = 0; trial < 50; trial++) {
            double[] between = x.clone();
            double share = random.nextDouble();
            for (int i = 0; i < x.length; i++) {
                between[i] += share * (y[i] - x[i]);
            }
            assertThat(mirror.divergence(between, y)).isPositive();
        }
    }
}
