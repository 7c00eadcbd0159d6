package io.kfac.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.batch.MiniBatch;
import io.kfac.batch.Targets;
import io.kfac.curvature.FisherKind;
import io.kfac.family.Bernoulli;
import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Evaluation;
import io.kfac.objective.InMemoryObjective;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.preconditioner.Preconditioner;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Statistics that are taken once a round stand for those that would be taken in each of its steps: sums forget as much. */
class SampledMetricTest {
    private static final int STEPS_A_ROUND = 5;
    private static final int ROWS = 40;
    private static final Network NETWORK =
            Network.mlp(3, List.of(4), 2, Activation.TANH, new Bernoulli(), Precision.DOUBLE);

    static Stream<Metric> metrics() {
        return Stream.of(
                new DiagonalMetric(FisherKind.EXACT, 0.9),
                new LayerBlockMetric(FisherKind.EXACT, 7, 0.9),
                new FullFisherMetric(FisherKind.EXACT, 0.9));
    }

    private static InMemoryObjective rows() {
        SplittableRandom random = new SplittableRandom(1);
        int columns = NETWORK.inputColumns();
        DoubleMatrix x = DoubleMatrix.of(
                ROWS, columns, random.doubles((long) ROWS * columns, -1, 1).toArray());
        DoubleMatrix y = DoubleMatrix.zeros(ROWS, 2);
        long[] ids = LongStream.range(0, ROWS).toArray();
        return new InMemoryObjective(
                NETWORK, List.of(new MiniBatch(new DenseFeatures(x), new Targets.Values(y), new double[0], ids)));
    }

    private static void learn(Preconditioner preconditioner, Parameters at, int times) {
        for (int i = 0; i < times; i++) {
            Evaluation seen = rows().evaluate(
                            "statistics",
                            new Query(at, RowSelection.all(), Request.gradientAnd(preconditioner.statistics(i, ROWS))));
            preconditioner.accumulate(seen.curvature(), at);
        }
        preconditioner.refresh(1e-3);
    }

    @ParameterizedTest
    @MethodSource("metrics")
    void oneOfARoundStandsForAllOfIt(Metric metric) {
        Preconditioner synchronous = metric.create(NETWORK, 0.1);
        Preconditioner local = metric.sampledEvery(STEPS_A_ROUND).create(NETWORK, 0.1);
        Parameters gradient = NETWORK.initialParameters(9);
        Parameters expected = Parameters.zeros(NETWORK, Precision.DOUBLE);
        Parameters found = Parameters.zeros(NETWORK, Precision.DOUBLE);
        for (int round = 1; round <= 3; round++) {
            Parameters at = NETWORK.initialParameters(round);
            learn(synchronous, at, STEPS_A_ROUND);
            learn(local, at, 1);
            synchronous.apply(gradient, expected);
            local.apply(gradient, found);
            assertThat(found.toArray()).containsExactly(expected.toArray(), within(1e-9 * expected.norm()));
        }
    }
}
