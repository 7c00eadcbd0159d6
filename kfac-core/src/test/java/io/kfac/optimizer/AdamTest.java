package io.kfac.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.batch.MiniBatch;
import io.kfac.family.Categorical;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.InMemoryObjective;
import io.kfac.objective.Objective;
import io.kfac.objective.Penalty;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.preconditioner.AdamPreconditioner;
import io.kfac.preconditioner.IdentityPreconditioner;
import io.kfac.testing.Problems;
import java.util.List;
import org.junit.jupiter.api.Test;

/** First-order step rules against their published formulas, written out naively. */
class AdamTest {
    private final Network network = Problems.network(new Categorical(), Activation.TANH, Precision.DOUBLE, 3, 4, 3);
    private final MiniBatch batch = Problems.batch(network, 50, 1);
    private final Objective objective = new InMemoryObjective(network, List.of(batch));

    private double[] gradient(double[] at) {
        double[] g = objective
                .evaluate(
                        "test",
                        new Query(Parameters.of(network, at.clone()), RowSelection.all(), Request.lossAndGradient()))
                .gradient()
                .orElseThrow()
                .toArray();
        for (int i = 0; i < g.length; i++) {
            g[i] /= 50;
        }
        return g;
    }

    private static final RunOptions RUN = new RunOptions(new Penalty(0), 1, 0);

    private FixedRateOptions options(double rate, double epsilon, Momentum momentum) {
        return FixedRateOptions.plain(100, rate, epsilon, momentum);
    }

    @Test
    void adamIsAlgorithmOne() {
        Parameters start = Problems.parameters(network, 0.5, 2);
        FixedRateOptimizer adam = new FixedRateOptimizer(
                network,
                start,
                new AdamPreconditioner(network, 0.999),
                RUN,
                options(0.01, 1e-8, new Momentum.GradientAverage(0.9)),
                () -> 0L);
        double[] theta = start.toArray();
        double[] m = new double[theta.length];
        double[] v = new double[theta.length];
        for (int t = 1; t <= 5; t++) {
            adam.step(objective);
            double[] g = gradient(theta);
            for (int i = 0; i < theta.length; i++) {
                m[i] = 0.9 * m[i] + 0.1 * g[i];
                v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
                double mHat = m[i] / (1 - Math.pow(0.9, t));
                double vHat = v[i] / (1 - Math.pow(0.999, t));
                theta[i] -= 0.01 * mHat / (Math.sqrt(vHat) + 1e-8);
            }
        }
        for (int i = 0; i < theta.length; i++) {
            assertThat(adam.parameters().toArray()[i]).isCloseTo(theta[i], within(1e-12));
        }
    }

    @Test
    void momentumIsTheHeavyBall() {
        Parameters start = Problems.parameters(network, 0.5, 2);
        FixedRateOptimizer sgd = new FixedRateOptimizer(
                network,
                start,
                new IdentityPreconditioner(),
                RUN,
                options(0.1, 0, new Momentum.HeavyBall(0.9)),
                () -> 0L);
        double[] theta = start.toArray();
        double[] v = new double[theta.length];
        for (int t = 1; t <= 5; t++) {
            sgd.step(objective);
            double[] g = gradient(theta);
            for (int i = 0; i < theta.length; i++) {
                v[i] = 0.9 * v[i] + g[i];
                theta[i] -= 0.1 * v[i];
            }
        }
        for (int i = 0; i < theta.length; i++) {
            assertThat(sgd.parameters().toArray()[i]).isCloseTo(theta[i], within(1e-12));
        }
    }

    @Test
    void theKlClipBoundsTheStepsLength() {
        FixedRateOptions clipped = options(10, 0, new Momentum.None()).clippedAt(1e-4);
        Parameters start = Problems.parameters(network, 0.5, 2);
        FixedRateOptimizer sgd =
                new FixedRateOptimizer(network, start, new IdentityPreconditioner(), RUN, clipped, () -> 0L);
        sgd.step(objective);
        Parameters moved = sgd.parameters().copy(network);
        moved.add(-1, start);
        assertThat(moved.dot(moved)).isCloseTo(1e-4, within(1e-12));
    }
}
