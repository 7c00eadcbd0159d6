package io.kfac.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.batch.MiniBatch;
import io.kfac.batch.Targets;
import io.kfac.curvature.FisherKind;
import io.kfac.curvature.Kronecker;
import io.kfac.family.Bernoulli;
import io.kfac.family.Categorical;
import io.kfac.linalg.CsrFeatures;
import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.FloatMatrix;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.testing.Problems;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Dense = CSR, float near double, one block = many, and the sums an autoencoder makes of its own inputs. */
class StorageAndPrecisionTest {
    private static final Kronecker FACTORS = new Kronecker(FisherKind.SAMPLED, 9, 0);

    private static Evaluation evaluate(Network network, List<MiniBatch> blocks, Parameters at) {
        return new InMemoryObjective(network, blocks)
                .evaluate("test", new Query(at, RowSelection.all(), Request.gradientAnd(Optional.of(FACTORS))));
    }

    private static void assertClose(Evaluation a, Evaluation b, double tolerance) {
        assertThat(a.loss()).isCloseTo(b.loss(), within(tolerance * Math.abs(b.loss())));
        Parameters difference = a.gradient().orElseThrow();
        double size = b.gradient().orElseThrow().norm();
        difference.add(-1, b.gradient().orElseThrow());
        assertThat(difference.norm()).isLessThanOrEqualTo(tolerance * size);
        for (int m = 0; m < a.curvature().orElseThrow().symmetric().size(); m++) {
            Matrix left = Problems.full(a.curvature().orElseThrow().symmetric().get(m));
            Matrix right = Problems.full(b.curvature().orElseThrow().symmetric().get(m));
            double norm = Math.sqrt(right.dot(right));
            left.add(-1, right);
            assertThat(Math.sqrt(left.dot(left))).isLessThanOrEqualTo(tolerance * norm);
        }
    }

    /** About half of the features zero, dense and as compressed rows. */
    private static MiniBatch holes(MiniBatch batch, boolean sparse) {
        DoubleMatrix x = DoubleMatrix.zeros(batch.rows(), batch.features().cols());
        batch.features().copyTo(x);
        int[] starts = new int[x.rows() + 1];
        int[] columns = new int[x.rows() * x.cols()];
        double[] values = new double[columns.length];
        int k = 0;
        for (int i = 0; i < x.rows(); i++) {
            for (int j = 0; j < x.cols(); j++) {
                if (x.get(i, j) < 0) {
                    x.set(i, j, 0);
                } else {
                    columns[k] = j;
                    values[k++] = x.get(i, j);
                }
            }
            starts[i + 1] = k;
        }
        return new MiniBatch(
                sparse ? new CsrFeatures(x.rows(), x.cols(), starts, columns, values) : new DenseFeatures(x),
                batch.targets(),
                batch.weights(),
                batch.rowIds());
    }

    @Test
    void sparseRowsAreTheSameRows() {
        Network network = Problems.network(new Categorical(), Activation.TANH, Precision.DOUBLE, 6, 5, 3);
        MiniBatch batch = Problems.batch(network, 1_500, 1);
        double[] weights = new double[batch.rows()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = i % 4;
        }
        MiniBatch weighted = Problems.weighted(batch, weights);
        Parameters at = Problems.parameters(network, 0.5, 2);
        assertClose(
                evaluate(network, List.of(holes(weighted, true)), at),
                evaluate(network, List.of(holes(weighted, false)), at),
                1e-12);
    }

    @Test
    void floatIsDoubleToItsPrecision() {
        Network doubles = Problems.network(new Bernoulli(), Activation.GELU, Precision.DOUBLE, 6, 5, 3);
        Network floats = Problems.network(new Bernoulli(), Activation.GELU, Precision.FLOAT, 6, 5, 3);
        MiniBatch batch = Problems.batch(doubles, 400, 1);
        Parameters at = Problems.parameters(doubles, 0.5, 2);
        Matrix x = FloatMatrix.zeros(400, 7);
        Matrix original = DoubleMatrix.zeros(400, 7);
        batch.features().copyTo(original);
        x.copyFrom(original);
        Matrix values = FloatMatrix.zeros(400, 3);
        values.copyFrom(((Targets.Values) batch.targets()).values());
        MiniBatch narrow =
                new MiniBatch(new DenseFeatures(x), new Targets.Values(values), batch.weights(), batch.rowIds());
        // Draws of the sampled Fisher may differ where a mean is within rounding of its uniform: not with these seeds.
        assertClose(evaluate(floats, List.of(narrow), at), evaluate(doubles, List.of(batch), at), 2e-6);
    }

    @Test
    void oneBlockIsManyBlocks() {
        Network network = Problems.network(new Categorical(), Activation.RELU, Precision.DOUBLE, 6, 5, 3);
        MiniBatch batch = Problems.batch(network, 2_500, 1);
        int[] first = java.util.stream.IntStream.range(0, 700).toArray();
        int[] rest = java.util.stream.IntStream.range(700, 2_500).toArray();
        Parameters at = Problems.parameters(network, 0.5, 2);
        assertClose(
                evaluate(network, List.of(Problems.rows(batch, first), Problems.rows(batch, rest)), at),
                evaluate(network, List.of(batch), at),
                1e-12);
    }

    @Test
    void anAutoencodersTargetsAreItsInputs() {
        Network network = Problems.network(new Bernoulli(), Activation.TANH, Precision.DOUBLE, 4, 2, 4);
        MiniBatch batch = Problems.batch(network, 50, 1);
        DoubleMatrix x = DoubleMatrix.zeros(50, 4);
        batch.features().copyTo(x);
        MiniBatch inputs = new MiniBatch(batch.features(), new Targets.Inputs(), batch.weights(), batch.rowIds());
        MiniBatch values = new MiniBatch(batch.features(), new Targets.Values(x), batch.weights(), batch.rowIds());
        Parameters at = Problems.parameters(network, 0.5, 2);
        Evaluation own = evaluate(network, List.of(inputs), at);
        assertThat(own.loss()).isEqualTo(evaluate(network, List.of(values), at).loss());
    }
}
