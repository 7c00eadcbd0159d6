package io.kfac.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.kfac.family.Families;
import io.kfac.family.Family;
import io.kfac.family.LegendreFunction;
import io.kfac.family.Natural;
import io.kfac.family.NegativeEntropy;
import io.kfac.family.Products;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class MirrorDescentTest {
    @Test
    void exponentiatedGradientAsPublished() {
        MirrorDescent descent = new MirrorDescent(LegendreFunction.simplexEntropy(3), new double[] {.5, .3, .2});
        descent.step(0.1, new double[] {1, 0, -1});
        double[] expected = {0.4647566538060457, 0.3081813226611561, 0.2270620235327982};
        double[] found = descent.point();
        for (int i = 0; i < 3; i++) {
            assertThat(found[i]).isCloseTo(expected[i], within(1e-15));
        }
    }

    @Test
    void withTheHalfSquaredNormItIsGradientDescent() {
        MirrorDescent descent = new MirrorDescent(LegendreFunction.halfSquaredNorm(), new double[] {1, -2});
        descent.step(0.5, new double[] {3, 4});
        assertThat(descent.point()).containsExactly(-0.5, -4);
    }

    /** Hedge: exponentiated gradient on linear losses. Regret at most sqrt(T log(n) / 2) (Cesa-Bianchi and Lugosi 2006, thm 2.2). */
    @Test
    void hedgeHasThePublishedRegretWithinItsBound() {
        int rounds = 1000;
        int n = 10;
        double rate = Math.sqrt(8 * Math.log(n) / rounds);
        double bound = Math.sqrt(rounds * Math.log(n) / 2);
        assertThat(rate).isCloseTo(0.1357228084883022, within(1e-15));
        assertThat(bound).isCloseTo(33.93070212207556, within(1e-12));
        double[] uniform = new double[n];
        java.util.Arrays.fill(uniform, 1.0 / n);
        MirrorDescent descent = new MirrorDescent(LegendreFunction.simplexEntropy(uniform.length), uniform);
        double suffered = 0;
        double[] experts = new double[n];
        double[] losses = new double[n];
        for (int t = 0; t < rounds; t++) {
            double[] weights = descent.point();
            for (int i = 0; i < n; i++) {
                losses[i] = ((t * (i + 3) + i * i) % 7) / 6.0;
                suffered += weights[i] * losses[i];
                experts[i] += losses[i];
            }
            descent.step(rate, losses);
        }
        double best = java.util.Arrays.stream(experts).min().orElseThrow();
        assertThat(suffered - best).isCloseTo(17.71695443848, within(1e-9)).isLessThan(bound);
    }

    /**
     * A mirror step is a natural-gradient step in dual coordinates: with the gradient of x -> L in them by differences and the metric
     * of the conjugate's Hessian, metric * (dual step) = -rate * gradient (Raskutti and Mukherjee 2015).
     */
    @Test
    void aMirrorStepIsTheNaturalGradientStepInDualCoordinates() {
        naturalGradient(threeOf("normal-mean(1)"), 0.3, 1.2, -2);
        naturalGradient(threeOf("bernoulli"), 0.3, 0.9, 0.5);
        naturalGradient(threeOf("poisson"), 0.3, 4, 11);
        naturalGradient(threeOf("exponential"), 0.3, 4, 11);
        naturalGradient(Families.named("categorical(3)"), 0.3, 0.6, 0.1);
        naturalGradient(new Products(Families.named("gamma"), Families.named("poisson")), -0.7, 1.3, 2);
    }

    private static Family threeOf(String name) {
        Family family = Families.named(name);
        return new Products(family, family, family);
    }

    private static void naturalGradient(Family family, double... start) {
        LegendreFunction mirror = new NegativeEntropy(family);
        LegendreFunction conjugate = mirror.conjugate();
        double rate = 0.01;
        double h = 1e-5;
        double[] gradient = {0.7, -0.4, 0.2};
        ToDoubleFunction<double[]> loss = x -> gradient[0] * x[0] + gradient[1] * x[1] + gradient[2] * x[2];
        double[] dual = new double[3];
        mirror.gradient(start, dual);
        MirrorDescent descent = new MirrorDescent(mirror, start);
        descent.step(rate, gradient);
        double[] step = new double[3];
        mirror.gradient(descent.point(), step);
        for (int i = 0; i < 3; i++) {
            step[i] -= dual[i];
        }
        // The Fisher information is the Hessian of the conjugate.
        double[] image = new double[3];
        family.fisherProduct(new Natural(dual), step, image);
        for (int i = 0; i < 3; i++) {
            double[] x = new double[3];
            double[] shifted = dual.clone();
            shifted[i] += h;
            conjugate.gradient(shifted, x);
            double ahead = loss.applyAsDouble(x);
            shifted[i] -= 2 * h;
            conjugate.gradient(shifted, x);
            double slope = (ahead - loss.applyAsDouble(x)) / (2 * h);
            assertThat(image[i]).isCloseTo(-rate * slope, within(1e-6 * Math.abs(rate * slope)));
        }
    }

    @Test
    void staysInsideWhereWeightsVanish() {
        MirrorDescent descent = new MirrorDescent(LegendreFunction.simplexEntropy(2), new double[] {.5, .5});
        descent.step(1, new double[] {2_000, 0});
        assertThat(descent.point()).containsExactly(0, 1);
        descent.step(1, new double[] {0, 2_001});
        assertThat(descent.point()[0]).isCloseTo(1 / (1 + Math.exp(-1)), within(1e-12));
    }

    @Test
    void refusesWhatLeavesTheDomain() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MirrorDescent(LegendreFunction.simplexEntropy(2), new double[] {1, 0}))
                .withMessageContaining("start inside");
        MirrorDescent burg = new MirrorDescent(LegendreFunction.burg(), new double[] {2});
        assertThatExceptionOfType(ArithmeticException.class)
                .isThrownBy(() -> burg.step(1, new double[] {-1}))
                .withMessageContaining("smaller rate");
        assertThat(burg.point()).containsExactly(2);
    }
}
