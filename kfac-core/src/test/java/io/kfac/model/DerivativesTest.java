package io.kfac.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.batch.MiniBatch;
import io.kfac.curvature.FisherKind;
import io.kfac.curvature.FullFisher;
import io.kfac.family.ExponentialFamily;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Matrix.Transpose;
import io.kfac.linalg.Precision;
import io.kfac.objective.Evaluation;
import io.kfac.objective.InMemoryObjective;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.testing.Problems;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Finite differences of every head x activation. */
class DerivativesTest {
    /** Central differences with step 1e-5 are good to about 1e-10 of the values; ReLU kinks are not hit by these seeds. */
    private static final double STEP = 1e-5;

    private static final double TOLERANCE = 2e-7;

    static Stream<Arguments> cases() {
        return Problems.FAMILIES.stream()
                .flatMap(family -> Stream.of(Activation.values()).map(activation -> Arguments.of(family, activation)));
    }

    private static Evaluation evaluate(Network network, MiniBatch batch, Parameters at, Request what) {
        return new InMemoryObjective(network, List.of(batch)).evaluate("test", new Query(at, RowSelection.all(), what));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gradientIsTheDerivativeOfTheLoss(ExponentialFamily family, Activation activation) {
        Network network = Problems.network(family, activation, Precision.DOUBLE, 4, 5, 3, 3);
        MiniBatch batch = Problems.weighted(Problems.batch(network, 4, 1), 1, 2, 0.5, 3);
        Parameters at = Problems.parameters(network, 0.6, 2);
        double[] gradient = evaluate(network, batch, at, Request.lossAndGradient())
                .gradient()
                .orElseThrow()
                .toArray();
        double[] values = at.toArray();
        for (int i = 0; i < values.length; i++) {
            double loss = values[i];
            values[i] = loss + STEP;
            double up = evaluate(network, batch, Parameters.of(network, values.clone()), Request.loss())
                    .loss();
            values[i] = loss - STEP;
            double down = evaluate(network, batch, Parameters.of(network, values.clone()), Request.loss())
                    .loss();
            values[i] = loss;
            assertThat((up - down) / (2 * STEP))
                    .isCloseTo(gradient[i], within(TOLERANCE * (1 + Math.abs(gradient[i]))));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void fisherProductsAreThoseOfTheExplicitFisher(ExponentialFamily family, Activation activation) {
        Network network = Problems.network(family, activation, Precision.DOUBLE, 3, 4, 2);
        MiniBatch batch = Problems.weighted(Problems.batch(network, 5, 3), 1, 2, 0.5, 3, 1);
        Parameters at = Problems.parameters(network, 0.6, 4);
        List<Parameters> directions = List.of(Problems.parameters(network, 1, 5), Problems.parameters(network, 1, 6));
        DoubleMatrix products =
                evaluate(network, batch, at, Request.fisherProducts(directions)).fisher();
        FullFisher whole = new FullFisher(FisherKind.EXACT, 0);
        Matrix fisher = Problems.full(whole.matrix(
                network,
                evaluate(network, batch, at, Request.gradientAnd(Optional.of(whole)))
                        .curvature()
                        .orElseThrow()));
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 2; j++) {
                Matrix image = DoubleMatrix.zeros(1, network.size());
                image.multiply(1, directions.get(j).flat(), Transpose.NO, fisher, Transpose.NO, 0);
                double explicit = directions.get(i).flat().dot(image);
                assertThat(products.get(i, j)).isCloseTo(explicit, within(1e-11 * (1 + Math.abs(explicit))));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void divergenceOfASmallStepIsHalfItsFisherLength(ExponentialFamily family, Activation activation) {
        Network network = Problems.network(family, activation, Precision.DOUBLE, 3, 4, 2);
        MiniBatch batch = Problems.batch(network, 20, 7);
        Parameters at = Problems.parameters(network, 0.6, 8);
        Parameters direction = Problems.parameters(network, 1e-6, 9);
        double length = evaluate(network, batch, at, Request.fisherProducts(List.of(direction)))
                .fisher()
                .get(0, 0);
        Parameters after = at.copy(network);
        after.add(1, direction);
        double kl = evaluate(network, batch, after, Request.divergenceFrom(at)).divergence();
        assertThat(Math.sqrt(2 * kl / length)).isCloseTo(1, within(1e-4));
    }
}
