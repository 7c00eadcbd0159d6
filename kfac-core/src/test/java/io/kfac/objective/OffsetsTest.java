package io.kfac.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kfac.batch.MiniBatch;
import io.kfac.curvature.FisherKind;
import io.kfac.curvature.FullFisher;
import io.kfac.family.ExponentialFamily;
import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.testing.Problems;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An offset is a feature whose weight is 1 for every output. */
class OffsetsTest {
    private static final FullFisher WHOLE = new FullFisher(FisherKind.EXACT, 0);
    private static final int ROWS = 1_500;

    static Stream<ExponentialFamily> families() {
        return Problems.FAMILIES.stream();
    }

    private static Network network(ExponentialFamily family, int inputs) {
        return new Network(List.of(new Layer(inputs, 2, Activation.IDENTITY, true)), family, Precision.DOUBLE);
    }

    private static MiniBatch with(MiniBatch batch, Matrix features, double[] offsets) {
        return new MiniBatch(new DenseFeatures(features), batch.targets(), batch.weights(), batch.rowIds(), offsets);
    }

    @ParameterizedTest
    @MethodSource("families")
    void offsetsAreAFeatureOfWeightOne(ExponentialFamily family) {
        Network narrow = network(family, 3);
        Network wide = network(family, 4);
        MiniBatch plain = Problems.batch(narrow, ROWS, 1);
        double[] offsets = new double[ROWS];
        DoubleMatrix x = DoubleMatrix.zeros(ROWS, 4);
        plain.features().copyTo(x);
        DoubleMatrix wider = DoubleMatrix.zeros(ROWS, 5);
        wider.colRange(1, 5).copyFrom(x);
        for (int i = 0; i < ROWS; i++) {
            // The first half of the rows has none, so that they come in blocks of both kinds.
            offsets[i] = i < ROWS / 2 ? 0 : plain.offset(i) + Math.sin(i);
            wider.set(i, 0, offsets[i]);
        }
        int half = ROWS / 2;
        MiniBatch all = with(plain, x, offsets);
        int[] early = java.util.stream.IntStream.range(0, half).toArray();
        int[] late = java.util.stream.IntStream.range(half, ROWS).toArray();
        MiniBatch first = Problems.rows(all, early);
        MiniBatch none = new MiniBatch(first.features(), first.targets(), first.weights(), first.rowIds());
        boolean restricted = plain.offsets().length > 0;
        List<MiniBatch> blocks =
                restricted ? List.of(Problems.rows(all, late)) : List.of(none, Problems.rows(all, late));
        MiniBatch wideRows = with(plain, wider, new double[0]);
        List<MiniBatch> expectedBlocks = List.of(restricted ? Problems.rows(wideRows, late) : wideRows);

        Parameters at = Problems.parameters(narrow, 0.3, 2);
        Parameters before = Problems.parameters(narrow, 0.3, 3);
        Evaluation actual = evaluate(narrow, blocks, at, before, before);
        Evaluation expected = evaluate(
                wide, expectedBlocks, widened(wide, at, 1), widened(wide, before, 1), widened(wide, before, 0));
        double scale = 1e-11 * expected.loss();
        assertThat(actual.loss()).isFinite().isCloseTo(expected.loss(), within(scale));
        assertThat(actual.deviance()).isCloseTo(expected.deviance(), within(2 * scale));
        assertThat(actual.correct()).isEqualTo(expected.correct());
        assertThat(actual.divergence()).isCloseTo(expected.divergence(), within(1e-9 * expected.divergence()));
        double product = expected.fisher().get(0, 0);
        assertThat(actual.fisher().get(0, 0)).isCloseTo(product, within(1e-11 * product));
        Matrix gradient = expected.gradient().orElseThrow().layer(0).colRange(1, 5);
        Matrix fisher = Problems.full(WHOLE.matrix(wide, expected.curvature().orElseThrow()));
        Matrix own = Problems.full(WHOLE.matrix(narrow, actual.curvature().orElseThrow()));
        for (int k = 0; k < 2; k++) {
            for (int j = 0; j < 4; j++) {
                double slope = gradient.get(k, j);
                assertThat(actual.gradient().orElseThrow().layer(0).get(k, j))
                        .isCloseTo(slope, within(1e-10 * (1 + Math.abs(slope))));
                double entry = fisher.get(5 * k + 1 + j, 5 * k + 1 + j);
                assertThat(own.get(4 * k + j, 4 * k + j)).isCloseTo(entry, within(1e-11 * entry));
            }
        }
    }

    private static Evaluation evaluate(
            Network network, List<MiniBatch> blocks, Parameters at, Parameters reference, Parameters direction) {
        Request all = new Request(
                true,
                true,
                Optional.of(WHOLE),
                List.of(direction),
                Optional.of(reference),
                Optional.of(direction),
                Optional.of(direction),
                Optional.of(new Lines(List.of(direction), List.of(0.5, 2.0))));
        return new InMemoryObjective(network, blocks).evaluate("test", new Query(at, RowSelection.all(), all));
    }

    private static Parameters widened(Network wide, Parameters narrow, double first) {
        Parameters parameters = Parameters.zeros(wide, Precision.DOUBLE);
        parameters.layer(0).colRange(0, 1).fill(first);
        parameters.layer(0).colRange(1, 5).copyFrom(narrow.layer(0));
        return parameters;
    }

    @Test
    void oneARow() {
        MiniBatch batch = Problems.batch(network(Problems.FAMILIES.get(0), 2), 3, 1);
        assertThatThrownBy(() -> new MiniBatch(
                        batch.features(), batch.targets(), batch.weights(), batch.rowIds(), new double[] {1, 2}))
                .hasMessageContaining("3 rows")
                .hasMessageContaining("2 offsets");
    }
}
