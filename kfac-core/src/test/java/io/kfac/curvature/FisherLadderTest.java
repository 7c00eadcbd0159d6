package io.kfac.curvature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.batch.MiniBatch;
import io.kfac.family.Categorical;
import io.kfac.family.ExponentialFamily;
import io.kfac.family.Gaussian;
import io.kfac.linalg.CsrFeatures;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Matrix.Transpose;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Evaluation;
import io.kfac.objective.InMemoryObjective;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.testing.Problems;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Kronecker factors against the explicit Fisher. */
class FisherLadderTest {
    private static final double EXACT = 1e-12;

    private static CurvatureSums sums(Network network, List<MiniBatch> blocks, Parameters at, CurvatureKind kind) {
        return evaluate(network, blocks, at, kind).curvature().orElseThrow();
    }

    private static Evaluation evaluate(Network network, List<MiniBatch> blocks, Parameters at, CurvatureKind kind) {
        return new InMemoryObjective(network, blocks)
                .evaluate("test", new Query(at, RowSelection.all(), Request.gradientAnd(Optional.of(kind))));
    }

    private static DoubleMatrix whole(Network network, List<MiniBatch> blocks, Parameters at, FisherKind fisher) {
        return whole(network, blocks, at, fisher, 0);
    }

    private static DoubleMatrix whole(
            Network network, List<MiniBatch> blocks, Parameters at, FisherKind fisher, long key) {
        FullFisher kind = new FullFisher(fisher, key);
        return Problems.full(kind.matrix(network, sums(network, blocks, at, kind)));
    }

    /** The block of layer l in the full Fisher against A (x) G of the same sums, over the given weight. */
    private static void assertBlocksEqual(
            Network network, DoubleMatrix fisher, Kronecker kind, CurvatureSums factors, double tolerance) {
        int offset = 0;
        for (int l = 0; l < network.depth(); l++) {
            DoubleMatrix a = Problems.full(kind.inputFactor(factors, l));
            DoubleMatrix g = Problems.full(kind.outputFactor(network, factors, l));
            int columns = network.layer(l).columns();
            for (int r = 0; r < network.layer(l).size(); r++) {
                for (int c = 0; c < network.layer(l).size(); c++) {
                    double kronecker =
                            g.get(r / columns, c / columns) * a.get(r % columns, c % columns) / factors.weight();
                    assertThat(fisher.get(offset + r, offset + c)).isCloseTo(kronecker, within(tolerance));
                }
            }
            offset += network.layer(l).size();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = FisherKind.class,
            names = {"SAMPLED", "EMPIRICAL"})
    void oneExampleIsExact(FisherKind fisher) {
        for (ExponentialFamily family : Problems.FAMILIES) {
            Network network = Problems.network(family, Activation.TANH, Precision.DOUBLE, 3, 4, 2);
            List<MiniBatch> one = List.of(Problems.batch(network, 1, 1));
            Parameters at = Problems.parameters(network, 0.7, 2);
            DoubleMatrix full = Problems.full(
                    new FullFisher(fisher, 5).matrix(network, sums(network, one, at, new FullFisher(fisher, 5))));
            Kronecker kind = new Kronecker(fisher, 5, 0);
            assertBlocksEqual(network, full, kind, sums(network, one, at, kind), EXACT);
        }
    }

    /** With a Gaussian head and no hidden non-linearity, deltas do not depend on inputs: the block is the product exactly. */
    @Test
    void deepLinearNetsAreExact() {
        Network network = Problems.network(new Gaussian(), Activation.IDENTITY, Precision.DOUBLE, 3, 4, 2);
        List<MiniBatch> rows = List.of(Problems.batch(network, 50, 3));
        Parameters at = Problems.parameters(network, 0.7, 4);
        DoubleMatrix full = whole(network, rows, at, FisherKind.EXACT);
        Kronecker kind = new Kronecker(FisherKind.EXACT, 0, 0);
        assertBlocksEqual(network, full, kind, sums(network, rows, at, kind), 1e-10);
    }

    /** Weighted rows: the diagonal is the full Fisher's, and F v is its product with v. */
    @ParameterizedTest
    @MethodSource("families")
    void diagonalAndProductsAreThoseOfTheFullFisher(ExponentialFamily family) {
        for (Network network : List.of(
                Problems.network(family, Activation.TANH, Precision.DOUBLE, 3, 4, 2),
                Problems.network(family, Activation.IDENTITY, Precision.DOUBLE, 3, 2))) {
            assertDiagonalAndProducts(network);
        }
    }

    /** So many that all pairs of them are taken at once. */
    @Test
    void manyClasses() {
        assertDiagonalAndProducts(Problems.network(new Categorical(), Activation.IDENTITY, Precision.DOUBLE, 3, 5));
    }

    private static void assertDiagonalAndProducts(Network network) {
        double[] weights = new double[30];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = i % 4;
        }
        List<MiniBatch> rows = List.of(Problems.weighted(Problems.batch(network, 30, 3), weights));
        Parameters at = Problems.parameters(network, 0.7, 4);
        Parameters v = Problems.parameters(network, 1, 5);
        DoubleMatrix full = whole(network, rows, at, FisherKind.EXACT);
        DoubleMatrix product = DoubleMatrix.zeros(1, network.size());
        product.multiply(1, v.flat(), Transpose.NO, full, Transpose.NO, 0);
        Parameters found = new InMemoryObjective(network, rows)
                .evaluate("test", new Query(at, RowSelection.all(), Request.fisherTimes(v)))
                .product()
                .orElseThrow();
        for (FisherKind fisher : List.of(FisherKind.EXACT, FisherKind.EMPIRICAL)) {
            Matrix whole = whole(network, rows, at, fisher);
            Matrix diagonal =
                    sums(network, rows, at, new DiagonalFisher(fisher, 0)).numbers();
            for (int i = 0; i < network.size(); i++) {
                assertThat(diagonal.get(0, i)).isCloseTo(whole.get(i, i), within(EXACT * 30));
            }
        }
        for (int i = 0; i < network.size(); i++) {
            assertThat(found.flat().get(0, i)).isCloseTo(product.get(0, i), within(EXACT * 30));
        }
    }

    static Stream<Arguments> families() {
        return Problems.FAMILIES.stream().map(Arguments::of);
    }

    /** 1e5 draws: every entry of the mean of sampled G lies in a z-interval of the exact one; the labels' G does not. */
    @ParameterizedTest
    @MethodSource("families")
    void sampledIsUnbiasedAndLabelsAreNot(ExponentialFamily family) {
        Network network = Problems.network(family, Activation.TANH, Precision.DOUBLE, 3, 3, 2);
        MiniBatch rows = Problems.batch(network, 100, 11);
        Parameters at = Problems.parameters(network, 0.5, 12);
        Kronecker exact = new Kronecker(FisherKind.EXACT, 0, 0);
        Kronecker labels = new Kronecker(FisherKind.EMPIRICAL, 0, 0);
        DoubleMatrix truth = Problems.full(exact.outputFactor(network, sums(network, List.of(rows), at, exact), 0));
        DoubleMatrix empirical =
                Problems.full(labels.outputFactor(network, sums(network, List.of(rows), at, labels), 0));
        int repeats = 1_000;
        double[] total = new double[9];
        double[] squares = new double[9];
        for (int r = 0; r < repeats; r++) {
            Kronecker sampled = new Kronecker(FisherKind.SAMPLED, 1_000 + r, 0);
            DoubleMatrix g = Problems.full(sampled.outputFactor(network, sums(network, List.of(rows), at, sampled), 0));
            for (int i = 0; i < 9; i++) {
                double x = g.get(i / 3, i % 3);
                total[i] += x;
                squares[i] += x * x;
            }
        }
        boolean labelsFit = true;
        for (int i = 0; i < 9; i++) {
            double mean = total[i] / repeats;
            double error = Math.sqrt((squares[i] / repeats - mean * mean) / repeats);
            double z = 4.5 * error;
            assertThat(mean).isCloseTo(truth.get(i / 3, i % 3), within(z));
            labelsFit &= Math.abs(empirical.get(i / 3, i % 3) - truth.get(i / 3, i % 3)) < z;
        }
        assertThat(labelsFit).as("the labels would pass for samples").isFalse();
    }

    @Test
    void weightTwoIsTheRowTwice() {
        for (ExponentialFamily family : Problems.FAMILIES) {
            Network network = Problems.network(family, Activation.TANH, Precision.DOUBLE, 3, 4, 2);
            MiniBatch three = Problems.batch(network, 3, 5);
            MiniBatch heavy = Problems.weighted(three, 1, 2, 3);
            MiniBatch copies = Problems.rows(three, 0, 1, 1, 2, 2, 2);
            Parameters at = Problems.parameters(network, 0.7, 6);
            for (FisherKind fisher : List.of(FisherKind.EXACT, FisherKind.EMPIRICAL)) {
                for (CurvatureKind kind : List.of(
                        new FullFisher(fisher, 0), new Kronecker(fisher, 0, 0), new LayerBlocks(fisher, 0, 6))) {
                    Evaluation a = evaluate(network, List.of(heavy), at, kind);
                    Evaluation b = evaluate(network, List.of(copies), at, kind);
                    assertThat(a.weight()).isEqualTo(b.weight());
                    assertThat(a.loss()).isCloseTo(b.loss(), within(1e-12));
                    Parameters difference = a.gradient().orElseThrow();
                    difference.add(-1, b.gradient().orElseThrow());
                    assertThat(difference.norm()).isLessThan(1e-12);
                    for (int m = 0; m < a.curvature().orElseThrow().symmetric().size(); m++) {
                        DoubleMatrix left =
                                Problems.full(a.curvature().get().symmetric().get(m));
                        DoubleMatrix right = Problems.full(
                                b.curvature().orElseThrow().symmetric().get(m));
                        left.add(-1, right);
                        assertThat(Math.sqrt(left.dot(left))).isLessThan(1e-12 * (1 + Math.sqrt(right.dot(right))));
                    }
                }
            }
        }
    }

    @Test
    void leavingOutTheFirstInputFactorChangesNoOther() {
        Network network = Problems.network(new Categorical(), Activation.TANH, Precision.DOUBLE, 3, 4, 2);
        List<MiniBatch> rows = List.of(Problems.batch(network, 9, 7));
        Parameters at = Problems.parameters(network, 0.7, 8);
        Kronecker all = new Kronecker(FisherKind.SAMPLED, 3, 0);
        Kronecker rest = new Kronecker(FisherKind.SAMPLED, 3, 1);
        CurvatureSums allSums = sums(network, rows, at, all);
        CurvatureSums restSums = sums(network, rows, at, rest);
        assertThat(restSums.symmetric()).hasSize(allSums.symmetric().size() - 1);
        assertThat(Problems.full(rest.inputFactor(restSums, 1)).dot(Problems.full(all.inputFactor(allSums, 1))))
                .isEqualTo(Problems.full(all.inputFactor(allSums, 1)).dot(Problems.full(all.inputFactor(allSums, 1))));
    }

    /** Blocks of layers, of outputs and of parts of outputs are slices of the full Fisher, with dense inputs and sparse ones. */
    @ParameterizedTest
    @EnumSource(FisherKind.class)
    void blocksAreSlicesOfTheFullFisher(FisherKind fisher) {
        for (ExponentialFamily family : Problems.FAMILIES) {
            Network network = Problems.network(family, Activation.TANH, Precision.DOUBLE, 3, 4, 2);
            MiniBatch dense = Problems.weighted(Problems.batch(network, 12, 3), 1, 2, 0, 1, 3, 1, 1, 2, 1, 1, 1, 4);
            Parameters at = Problems.parameters(network, 0.7, 4);
            DoubleMatrix full = Problems.full(sums(network, List.of(dense), at, new FullFisher(fisher, 5))
                    .symmetric()
                    .get(0));
            double largest = 1;
            for (int i = 0; i < full.rows(); i++) {
                largest = Math.max(largest, full.get(i, i));
            }
            for (MiniBatch rows : List.of(dense, sparse(dense))) {
                for (int most : new int[] {1_000, 8, 5, 2}) {
                    LayerBlocks kind = new LayerBlocks(fisher, 5, most);
                    CurvatureSums found = sums(network, List.of(rows), at, kind);
                    int covered = 0;
                    for (int b = 0; b < kind.blocks(network).size(); b++) {
                        ParameterBlock block = kind.blocks(network).get(b);
                        assertThat(block.size()).isLessThanOrEqualTo(most);
                        covered += block.size();
                        DoubleMatrix part = Problems.full(found.symmetric().get(b));
                        for (int i = 0; i < block.size(); i++) {
                            for (int j = 0; j < block.size(); j++) {
                                assertThat(part.get(i, j))
                                        .isCloseTo(
                                                full.get(index(network, block, i), index(network, block, j)),
                                                within(EXACT * largest));
                            }
                        }
                    }
                    assertThat(covered).isEqualTo(network.size());
                }
            }
        }
    }

    /** More pairs of outputs, in passes of 1,024 rows, than are held at a time. */
    @ParameterizedTest
    @EnumSource(FisherKind.class)
    void pairsThatAreNotHeldAtOnceAreAllTaken(FisherKind fisher) {
        Network network = Problems.network(new Categorical(), Activation.TANH, Precision.DOUBLE, 1, 100, 2);
        List<MiniBatch> rows = List.of(Problems.batch(network, 1_100, 3));
        Parameters at = Problems.parameters(network, 0.7, 4);
        LayerBlocks kind = new LayerBlocks(fisher, 5, 1_000);
        assertThat(kind.held(network.layer(0), 1_024)).isLessThan(1_024 * (100 + kind.pairs(network.layer(0))));
        DoubleMatrix full = whole(network, rows, at, fisher, 5);
        DoubleMatrix first =
                Problems.full(sums(network, rows, at, kind).symmetric().get(0));
        for (int i = 0; i < first.rows(); i++) {
            for (int j = 0; j < first.cols(); j++) {
                assertThat(first.get(i, j))
                        .isCloseTo(full.get(i, j), within(EXACT * rows.get(0).rows()));
            }
        }
    }

    /** Where parameter i of a block stands among all. */
    private static int index(Network network, ParameterBlock block, int i) {
        int offset = 0;
        for (int l = 0; l < block.layer(); l++) {
            offset += network.layer(l).size();
        }
        int row = block.fromRow() + i / block.columns();
        return offset + row * network.layer(block.layer()).columns() + block.fromColumn() + i % block.columns();
    }

    private static MiniBatch sparse(MiniBatch dense) {
        int n = dense.rows();
        int d = dense.features().cols();
        DoubleMatrix x = DoubleMatrix.zeros(n, d);
        dense.features().copyTo(x);
        int[] starts = new int[n + 1];
        int[] columns = new int[n * d];
        for (int i = 0; i < n * d; i++) {
            columns[i] = i % d;
            starts[i / d + 1] = i + 1;
        }
        return new MiniBatch(
                new CsrFeatures(n, d, starts, columns, x.data().clone()),
                dense.targets(),
                dense.weights(),
                dense.rowIds(),
                dense.offsets());
    }
}
