package io.kfac.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.batch.MiniBatch;
import io.kfac.batch.Targets;
import io.kfac.curvature.FisherKind;
import io.kfac.family.Bernoulli;
import io.kfac.family.Categorical;
import io.kfac.family.ExponentialFamily;
import io.kfac.family.Gaussian;
import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.InMemoryObjective;
import io.kfac.objective.Objective;
import io.kfac.objective.Penalty;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.preconditioner.FullFisherPreconditioner;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Published optima of x_i = (1, sin i, cos 2i), i = 1..60, found by the exact natural gradient and by Newton's method. */
class ReferenceOptimaTest {
    private static final int ROWS = 60;

    private static Network network(ExponentialFamily family, int outputs) {
        return new Network(List.of(new Layer(3, outputs, Activation.IDENTITY, false)), family, Precision.DOUBLE);
    }

    private static MiniBatch batch(Targets targets) {
        DoubleMatrix x = DoubleMatrix.zeros(ROWS, 3);
        for (int i = 1; i <= ROWS; i++) {
            x.setRow(i - 1, new double[] {1, Math.sin(i), Math.cos(2.0 * i)});
        }
        return new MiniBatch(
                new DenseFeatures(x),
                targets,
                new double[0],
                LongStream.range(0, ROWS).toArray());
    }

    private static Optimizer natural(Network network, double l2) {
        return new AdaptiveOptimizer(
                network,
                Parameters.zeros(network, Precision.DOUBLE),
                new FullFisherPreconditioner(network, FisherKind.EXACT, 0),
                new RunOptions(new Penalty(l2), 1, 0),
                new AdaptiveOptions(100, 1, new Refresh.Every(1), LevenbergMarquardt.MIN),
                () -> 0L);
    }

    private static Optimizer newton(Network network, double l2) {
        return new NewtonOptimizer(
                network,
                Parameters.zeros(network, Precision.DOUBLE),
                new Penalty(l2),
                RowSelection.all(),
                1e-15,
                () -> 0L);
    }

    private static Parameters solve(String name, Objective objective, double l2) {
        Network network = objective.network();
        Optimizer optimizer = name.equals("newton") ? newton(network, l2) : natural(network, l2);
        for (int i = 0; i < 25 && optimizer.stalled().isEmpty(); i++) {
            optimizer.step(objective);
        }
        optimizer.finish(objective);
        return optimizer.settled();
    }

    private static double loss(Objective objective, Parameters at) {
        return objective
                .evaluate("test", new Query(at, RowSelection.all(), Request.loss()))
                .meanLoss();
    }

    private static int[] labels(java.util.function.IntUnaryOperator label) {
        return java.util.stream.IntStream.rangeClosed(1, ROWS).map(label).toArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"natural", "newton"})
    void bernoulli(String optimizer) {
        Objective objective = new InMemoryObjective(
                network(new Bernoulli(), 1), List.of(batch(new Targets.Classes(labels(i -> (i * i % 5) < 2 ? 1 : 0)))));
        Parameters found = solve(optimizer, objective, 0);
        double[] expected = {.418466669805913, -.307720587425273, .036560640512764};
        for (int j = 0; j < 3; j++) {
            assertThat(found.toArray()[j]).isCloseTo(expected[j], within(1e-8));
        }
        assertThat(loss(objective, found)).isCloseTo(.667245700907971, within(1e-13));
    }

    @ParameterizedTest
    @ValueSource(strings = {"natural", "newton"})
    void gaussian(String optimizer) {
        DoubleMatrix y = DoubleMatrix.zeros(ROWS, 1);
        double squares = 0;
        for (int i = 1; i <= ROWS; i++) {
            y.set(i - 1, 0, 7 * i % 5);
            squares += y.get(i - 1, 0) * y.get(i - 1, 0);
        }
        Objective objective = new InMemoryObjective(network(new Gaussian(), 1), List.of(batch(new Targets.Values(y))));
        Parameters found = solve(optimizer, objective, 0);
        double[] expected = {1.995796228297502, .153512626598824, .013963642440874};
        for (int j = 0; j < 3; j++) {
            assertThat(found.toArray()[j]).isCloseTo(expected[j], within(1e-7));
        }
        // Ours is |z - y|^2 / 2; the published F - theta y leaves out y^2 / 2.
        assertThat(loss(objective, found) - squares / 2 / ROWS).isCloseTo(-2.005886470390792, within(1e-12));
    }

    /** The published problem penalises the intercept, which here is a feature like any other. */
    @ParameterizedTest
    @ValueSource(strings = {"natural", "newton"})
    void softmax(String optimizer) {
        Objective objective = new InMemoryObjective(
                network(new Categorical(), 3),
                List.of(batch(new Targets.Classes(labels(i -> ((5 * i + i / 4) % 7) % 3)))));
        Parameters found = solve(optimizer, objective, 0.01);
        double[] intercepts = {.45097867543496, -.225002137724288, -.225976537710672};
        for (int k = 0; k < 3; k++) {
            assertThat(found.layer(0).get(k, 0)).isCloseTo(intercepts[k], within(1e-8));
        }
        double nll = loss(objective, found);
        assertThat(nll).isCloseTo(1.039471627414158, within(1e-9));
        assertThat(nll + 0.005 * found.dot(found)).isCloseTo(1.041012295713381, within(1e-13));
    }
}
