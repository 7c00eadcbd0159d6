package io.kfac.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.batch.MiniBatch;
import io.kfac.curvature.CurvatureKind;
import io.kfac.curvature.CurvatureSums;
import io.kfac.curvature.FisherKind;
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
import io.kfac.preconditioner.DiagonalPreconditioner;
import io.kfac.preconditioner.IdentityPreconditioner;
import io.kfac.preconditioner.Preconditioner;
import io.kfac.preconditioner.State;
import io.kfac.testing.Problems;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Steps at a rate against their published formulas, written out naively. */
class FixedRateOptimizerTest {
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

    /** Velocity v = mu v - rate g(theta + mu v) (Sutskever et al. 2013, eq. 3), in the parameters theta + mu v that are looked at. */
    @Test
    void nesterovLooksAhead() {
        Parameters start = Problems.parameters(network, 0.5, 2);
        FixedRateOptimizer sgd = new FixedRateOptimizer(
                network,
                start,
                new IdentityPreconditioner(),
                RUN,
                options(0.1, 0, new Momentum.Nesterov(0.9)),
                () -> 0L);
        double[] theta = start.toArray();
        double[] v = new double[theta.length];
        for (int t = 1; t <= 5; t++) {
            sgd.step(objective);
            double[] ahead = new double[theta.length];
            for (int i = 0; i < theta.length; i++) {
                ahead[i] = theta[i] + 0.9 * v[i];
            }
            double[] g = gradient(ahead);
            for (int i = 0; i < theta.length; i++) {
                v[i] = 0.9 * v[i] - 0.1 * g[i];
                theta[i] += v[i];
            }
        }
        for (int i = 0; i < theta.length; i++) {
            assertThat(sgd.parameters().toArray()[i]).isCloseTo(theta[i] + 0.9 * v[i], within(1e-12));
        }
    }

    /** AdamW: weights shrink by rate times decay beside Adam's step; biases do not. */
    @Test
    void decayIsDecoupled() {
        Parameters start = Problems.parameters(network, 0.5, 2);
        LearningRate rate = new LearningRate.InverseSqrt(0.02, 2);
        Momentum average = new Momentum.GradientAverage(0.9);
        FixedRateOptions plain =
                new FixedRateOptions(100, rate, 1e-8, average, Double.POSITIVE_INFINITY, 0, 1, new Refresh.Every(1));
        FixedRateOptions decayed =
                new FixedRateOptions(100, rate, 1e-8, average, Double.POSITIVE_INFINITY, 0.3, 1, new Refresh.Every(1));
        FixedRateOptimizer adam =
                new FixedRateOptimizer(network, start, new AdamPreconditioner(network, 0.999), RUN, plain, () -> 0L);
        FixedRateOptimizer adamW =
                new FixedRateOptimizer(network, start, new AdamPreconditioner(network, 0.999), RUN, decayed, () -> 0L);
        adam.step(objective);
        adamW.step(objective);
        for (int l = 0; l < network.depth(); l++) {
            for (int i = 0; i < network.layer(l).outputs(); i++) {
                for (int j = 0; j < network.layer(l).columns(); j++) {
                    double shrunk = j < network.layer(l).inputs()
                            ? 0.01 * 0.3 * start.layer(l).get(i, j)
                            : 0;
                    assertThat(adamW.parameters().layer(l).get(i, j))
                            .isCloseTo(adam.parameters().layer(l).get(i, j) - shrunk, within(1e-14));
                }
            }
        }
    }

    /** Inverses are made anew only once the curvature has moved by the tolerance. */
    @Test
    void refreshesFollowTheDrift() {
        int[] refreshes = new int[2];
        double[] tolerances = {1e-9, 1e9};
        for (int i = 0; i < 2; i++) {
            int run = i;
            Preconditioner fisher =
                    new Counting(new DiagonalPreconditioner(network, FisherKind.EXACT, 0.9), () -> refreshes[run]++);
            FixedRateOptions options = new FixedRateOptions(
                    100,
                    new LearningRate.Constant(0.1),
                    0.1,
                    new Momentum.None(),
                    1,
                    0,
                    1,
                    new Refresh.Drift(tolerances[i]));
            FixedRateOptimizer optimizer = new FixedRateOptimizer(
                    network, Problems.parameters(network, 0.5, 2), fisher, RUN, options, () -> 0L);
            for (int t = 0; t < 4; t++) {
                optimizer.step(objective);
            }
        }
        assertThat(refreshes).containsExactly(4, 1);
    }

    @Test
    void ratesFollowTheirSchedules() {
        LearningRate cosine = new LearningRate.Cosine(2, 4, 104);
        assertThat(cosine.at(1)).isEqualTo(0.5);
        assertThat(cosine.at(4)).isEqualTo(2);
        assertThat(cosine.at(54)).isCloseTo(1, within(1e-12));
        assertThat(cosine.at(104)).isEqualTo(cosine.at(1_000)).isEqualTo(2e-3);
        LearningRate root = new LearningRate.InverseSqrt(2, 4);
        assertThat(root.at(2)).isEqualTo(1);
        assertThat(root.at(4)).isEqualTo(2);
        assertThat(root.at(16)).isEqualTo(1);
        assertThat(new LearningRate.Constant(2).at(9)).isEqualTo(2);
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

    /** Tells of every refresh. */
    private record Counting(Preconditioner inner, Runnable told) implements Preconditioner {
        @Override
        public Optional<CurvatureKind> statistics(long key, double rows) {
            return inner.statistics(key, rows);
        }

        @Override
        public void accumulate(Optional<CurvatureSums> sums, Parameters gradient) {
            inner.accumulate(sums, gradient);
        }

        @Override
        public void refresh(double damping) {
            told.run();
            inner.refresh(damping);
        }

        @Override
        public void apply(Parameters gradient, Parameters out) {
            inner.apply(gradient, out);
        }

        @Override
        public double drift() {
            return inner.drift();
        }

        @Override
        public void visit(State state) {
            inner.visit(state);
        }

        @Override
        public double exponent() {
            return inner.exponent();
        }
    }
}
