package io.kfac.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.linalg.DoubleMatrix;
import org.junit.jupiter.api.Test;

class QuadraticModelTest {
    private static DoubleMatrix matrix(double a, double b, double c) {
        return new DoubleMatrix(new double[] {a, b, b, c}, 0, 2, 2, 2);
    }

    private static final DoubleMatrix FISHER = matrix(3, 0.5, 2);
    private static final DoubleMatrix PENALTY = matrix(0.2, 0.1, 0.3);
    private static final DoubleMatrix IDENTITY = matrix(1.5, -0.4, 2.5);
    private static final double[] SLOPES = {-1.3, 0.7};
    private static final double DAMPING = 0.25;

    private static double model(double a, double m, double damping) {
        double value = a * SLOPES[0] + m * SLOPES[1];
        double[] x = {a, m};
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 2; j++) {
                value += x[i] * x[j] / 2 * (FISHER.get(i, j) + PENALTY.get(i, j) + damping * IDENTITY.get(i, j));
            }
        }
        return value;
    }

    /** A brute-force search of the plane, ever finer. */
    @Test
    void stepAndMomentumAreTheMinimumOfThePlane() {
        QuadraticModel found = QuadraticModel.minimize(SLOPES, FISHER, PENALTY, IDENTITY, DAMPING);
        double a = 0;
        double m = 0;
        for (double width = 1; width > 1e-9; width /= 2) {
            double bestA = a;
            double bestM = m;
            for (int i = -4; i <= 4; i++) {
                for (int j = -4; j <= 4; j++) {
                    if (model(a + i * width, m + j * width, DAMPING) < model(bestA, bestM, DAMPING)) {
                        bestA = a + i * width;
                        bestM = m + j * width;
                    }
                }
            }
            a = bestA;
            m = bestM;
        }
        assertThat(found.stepSize()).isCloseTo(a, within(1e-7));
        assertThat(found.momentum()).isCloseTo(m, within(1e-7));
        // Not at the searched minimum: without damping the model is not stationary there.
        assertThat(found.predicted()).isCloseTo(model(found.stepSize(), found.momentum(), 0), within(1e-14));
    }

    @Test
    void aShortenedModelIsTheModelAtAShareOfTheStep() {
        QuadraticModel whole = QuadraticModel.minimize(SLOPES, FISHER, PENALTY, IDENTITY, DAMPING);
        QuadraticModel half = whole.shortened(0.5);
        double a = whole.stepSize() / 2;
        double m = whole.momentum() / 2;
        assertThat(half.stepSize()).isEqualTo(a);
        assertThat(half.momentum()).isEqualTo(m);
        assertThat(half.value()).isCloseTo(model(a, m, DAMPING), within(1e-14));
        assertThat(half.predicted()).isCloseTo(model(a, m, 0), within(1e-14));
        assertThat(half.kl()).isCloseTo(whole.kl() / 4, within(1e-14));
        assertThat(whole.shortened(1)).isEqualTo(whole);
    }

    @Test
    void parallelDirectionsDropMomentum() {
        DoubleMatrix parallel = matrix(1, 2, 4);
        QuadraticModel found = QuadraticModel.minimize(new double[] {-1, -2}, parallel, matrix(0, 0, 0), parallel, 0.5);
        assertThat(found.momentum()).isZero();
        assertThat(found.stepSize()).isCloseTo(1 / 1.5, within(1e-15));
    }
}
