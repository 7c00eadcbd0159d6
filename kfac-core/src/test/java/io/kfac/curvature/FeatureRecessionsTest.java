package io.kfac.curvature;

import static org.assertj.core.api.Assertions.assertThat;

import io.kfac.batch.MiniBatch;
import io.kfac.batch.Targets;
import io.kfac.family.Bernoulli;
import io.kfac.family.Categorical;
import io.kfac.family.ExponentialFamily;
import io.kfac.family.Poisson;
import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Evaluation;
import io.kfac.objective.InMemoryObjective;
import io.kfac.objective.Objective;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FeatureRecessionsTest {
    private static final int ROWS = 40;
    private static final int FEATURES = 30;

    static Stream<Arguments> cases() {
        return Stream.of(Precision.values())
                .flatMap(precision -> Stream.of(
                        Arguments.of(new Bernoulli(), 1, precision),
                        Arguments.of(new Categorical(), 3, precision),
                        Arguments.of(new Poisson().canonicalLink(), 1, precision)));
    }

    /** Few values other than zero a feature, so that some separate by chance; the last column all zeros. */
    private static Objective objective(ExponentialFamily family, int outputs, Precision precision, double... shifts) {
        Network network = Network.mlp(FEATURES, List.of(), outputs, Activation.IDENTITY, family, precision);
        SplittableRandom random = new SplittableRandom(9);
        Matrix x = Matrix.zeros(precision, ROWS, FEATURES + 1);
        Matrix y = Matrix.zeros(precision, ROWS, outputs);
        int[] labels = new int[ROWS];
        double[] weights = new double[ROWS];
        for (int i = 0; i < ROWS; i++) {
            for (int j = 0; j < FEATURES; j++) {
                boolean zero = j == FEATURES - 1 || random.nextInt(12) > 0;
                double value = zero ? 0 : (1 + random.nextDouble()) * (j % 3 == 0 ? -1 : 1);
                x.set(i, j, value - (shifts.length > 0 ? shifts[j] : 0));
            }
            x.set(i, FEATURES, 1);
            labels[i] = random.nextInt(Math.max(2, outputs));
            y.set(i, 0, random.nextInt(3));
            weights[i] = i % 5;
        }
        Targets targets = !family.classifies() ? new Targets.Values(y) : new Targets.Classes(labels);
        return new InMemoryObjective(
                network,
                List.of(new MiniBatch(
                        new DenseFeatures(x),
                        targets,
                        weights,
                        LongStream.range(0, ROWS).toArray())));
    }

    private static double[] found(Objective objective, double... shifts) {
        Parameters zero = Parameters.zeros(objective.network(), Precision.DOUBLE);
        Evaluation answer = objective.evaluate(
                "test", new Query(zero, RowSelection.all(), Request.curvature(new FeatureRecessions(shifts))));
        return FeatureRecessions.directions(
                        objective.network(), answer.curvature().orElseThrow())
                .toArray();
    }

    /** Each of them, tried by itself. */
    @ParameterizedTest
    @MethodSource("cases")
    void theyAreTheSingleDirectionsThatNoRowViolates(ExponentialFamily family, int outputs, Precision precision) {
        Objective objective = objective(family, outputs, precision);
        Network network = objective.network();
        double[] expected = new double[network.size()];
        for (int i = 0; i < expected.length; i++) {
            for (int way : new int[] {1, -1}) {
                double[] direction = new double[expected.length];
                direction[i] = way;
                Evaluation answer = objective.evaluate(
                        "test",
                        new Query(
                                Parameters.zeros(network, Precision.DOUBLE),
                                RowSelection.all(),
                                Request.recession(Parameters.of(network, direction))));
                boolean proof = answer.violating() == 0 && answer.descending() > 0;
                expected[i] += proof && i % (FEATURES + 1) < FEATURES ? way : 0;
            }
        }
        assertThat(found(objective)).containsExactly(expected);
        assertThat(Arrays.stream(expected).filter(way -> way != 0).count())
                .isGreaterThan(3)
                .isLessThan(expected.length - 3L);
    }

    @Test
    void whatWasSubtractedIsAddedFirst() {
        double[] shifts =
                IntStream.range(0, FEATURES).mapToDouble(j -> j / 7.0 - 1).toArray();
        double[] expected = found(objective(new Bernoulli(), 1, Precision.DOUBLE));
        assertThat(found(objective(new Bernoulli(), 1, Precision.DOUBLE, shifts), shifts))
                .containsExactly(expected);
        assertThat(found(objective(new Bernoulli(), 1, Precision.DOUBLE, shifts)))
                .isNotEqualTo(expected);
    }
}
