package io.kfac.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kfac.batch.MiniBatch;
import io.kfac.batch.Targets;
import io.kfac.family.Bernoulli;
import io.kfac.family.Categorical;
import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Evaluation;
import io.kfac.objective.InMemoryObjective;
import io.kfac.objective.Objective;
import io.kfac.objective.Penalty;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.testing.Problems;
import java.util.List;
import org.junit.jupiter.api.Test;

class NewtonOptimizerTest {
    private static NewtonOptimizer solve(Objective objective, double l2, double tolerance) {
        NewtonOptimizer optimizer = new NewtonOptimizer(
                objective.network(),
                Parameters.zeros(objective.network(), Precision.DOUBLE),
                new Penalty(l2),
                RowSelection.all(),
                tolerance,
                () -> 0L);
        for (int i = 0; i < 100 && optimizer.stalled().isEmpty(); i++) {
            optimizer.step(objective);
        }
        return optimizer;
    }

    @Test
    void aFewPassesReachTheOptimumAndTheCertificateSaysSo() {
        Network network = Problems.network(new Categorical(), Activation.IDENTITY, Precision.DOUBLE, 4, 3);
        Objective objective = new InMemoryObjective(network, List.of(Problems.batch(network, 800, 3)));
        NewtonOptimizer optimizer = solve(objective, 0.01, 1e-14);
        Evaluation there = objective.evaluate(
                "test", new Query(optimizer.settled(), RowSelection.all(), Request.lossAndGradient()));
        Certificate certificate = optimizer.certificate().orElseThrow();
        double norm = new Penalty(0.01)
                .meanGradient(network, optimizer.settled(), there)
                .norm();
        assertThat(norm).isLessThan(1e-8).isEqualTo(certificate.gradientNorm());
        assertThat(certificate.objective()).isEqualTo(new Penalty(0.01).meanLoss(network, optimizer.settled(), there));
        assertThat(certificate.passes()).isLessThan(12);
        assertThat(optimizer.stalled().orElseThrow()).startsWith("converged");
    }

    /** Twice as many of the same column: H is singular, and the optimum is that of one column. */
    @Test
    void collinearFeaturesDoNotHinder() {
        DoubleMatrix x = DoubleMatrix.zeros(40, 2);
        DoubleMatrix twice = DoubleMatrix.zeros(40, 3);
        int[] labels = new int[40];
        for (int i = 0; i < 40; i++) {
            double v = Math.sin(i);
            x.setRow(i, new double[] {v, 1});
            twice.setRow(i, new double[] {v, v, 1});
            labels[i] = v + Math.cos(3 * i) > 0 ? 1 : 0;
        }
        double one =
                solve(logistic(x, labels), 0, 1e-13).certificate().orElseThrow().objective();
        double two = solve(logistic(twice, labels), 0, 1e-13)
                .certificate()
                .orElseThrow()
                .objective();
        assertThat(two).isCloseTo(one, org.assertj.core.api.Assertions.within(1e-12));
    }

    /** The infimum of separated data is 0 and not attained: the decrement still tells how far away it is. */
    @Test
    void theDecrementTracksTheGapWhereNoOptimumExists() {
        DoubleMatrix x = DoubleMatrix.zeros(20, 2);
        int[] labels = new int[20];
        for (int i = 0; i < 20; i++) {
            x.setRow(i, new double[] {i - 9.5, 1});
            labels[i] = i > 9 ? 1 : 0;
        }
        Objective objective = logistic(x, labels);
        NewtonOptimizer optimizer = new NewtonOptimizer(
                objective.network(),
                Parameters.zeros(objective.network(), Precision.DOUBLE),
                new Penalty(0),
                RowSelection.all(),
                1e-9,
                () -> 0L);
        for (double loss = 1; loss > 1e-6; ) {
            StepReport report = optimizer.step(objective).orElseThrow();
            assertThat(report.accepted()).isTrue();
            Certificate certificate = optimizer.certificate().orElseThrow();
            assertThat(certificate.objective()).isLessThan(loss);
            loss = certificate.objective();
            assertThat(certificate.decrement()).isBetween(loss / 8, 4 * loss);
        }
    }

    @Test
    void hiddenLayersAreRefused() {
        Network network = Problems.network(new Bernoulli(), Activation.TANH, Precision.DOUBLE, 3, 2, 1);
        Parameters start = Parameters.zeros(network, Precision.DOUBLE);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new NewtonOptimizer(network, start, new Penalty(0), RowSelection.all(), 1e-9, () -> 0L))
                .withMessageContaining("[3, 2, 1]");
    }

    private static Objective logistic(DoubleMatrix x, int[] labels) {
        Network network = new Network(
                List.of(new Layer(x.cols() - 1, 1, Activation.IDENTITY, true)), new Bernoulli(), Precision.DOUBLE);
        long[] ids = new long[labels.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = i;
        }
        return new InMemoryObjective(
                network, List.of(new MiniBatch(new DenseFeatures(x), new Targets.Classes(labels), new double[0], ids)));
    }
}
