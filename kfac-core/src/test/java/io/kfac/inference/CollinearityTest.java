package io.kfac.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.batch.MiniBatch;
import io.kfac.batch.Targets;
import io.kfac.family.Gaussian;
import io.kfac.inference.Collinearity.Dependence;
import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Precision;
import io.kfac.linalg.SymmetricEigen;
import io.kfac.model.Activation;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.InMemoryObjective;
import io.kfac.objective.Objective;
import io.kfac.objective.Penalty;
import io.kfac.objective.RowSelection;
import io.kfac.optimizer.NewtonOptimizer;
import io.kfac.testing.Problems;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CollinearityTest {
    private static final int ROWS = 200;
    private static final int ONES = 5;

    /** Columns: three independent ones, x3 = 2 x0 - 3 x1, x4 = 0.5 x2 + 4, ones. */
    private static DoubleMatrix planted() {
        DoubleMatrix x = independent(ONES + 1);
        for (int i = 0; i < ROWS; i++) {
            x.set(i, 3, 2 * x.get(i, 0) - 3 * x.get(i, 1));
            x.set(i, 4, 0.5 * x.get(i, 2) + 4);
            x.set(i, ONES, 1);
        }
        return x;
    }

    private static DoubleMatrix independent(int columns) {
        SplittableRandom random = new SplittableRandom(columns);
        DoubleMatrix x = DoubleMatrix.zeros(ROWS, columns);
        for (int i = 0; i < ROWS; i++) {
            for (int j = 0; j < columns; j++) {
                x.set(i, j, Problems.normal(random));
            }
        }
        return x;
    }

    private static DoubleMatrix gram(DoubleMatrix x) {
        double[] weights = new double[ROWS];
        Arrays.setAll(weights, i -> 1 + i % 3);
        DoubleMatrix gram = DoubleMatrix.zeros(x.cols(), x.cols());
        new DenseFeatures(x).addGram(weights, gram);
        return gram;
    }

    @Test
    void plantedCombinationsAreNamedWithTheirCoefficients() {
        List<Dependence> found = Collinearity.find(gram(planted()), ONES, 0, 1, 2, 3, 4);
        assertThat(found).extracting(Dependence::column).containsExactly(3, 4);
        assertThat(found.get(0).combination()).containsOnlyKeys(0, 1);
        assertThat(found.get(0).combination().get(0)).isCloseTo(2, within(1e-9));
        assertThat(found.get(0).combination().get(1)).isCloseTo(-3, within(1e-9));
        assertThat(found.get(1).combination()).containsOnlyKeys(2, ONES);
        assertThat(found.get(1).combination().get(2)).isCloseTo(0.5, within(1e-9));
        assertThat(found.get(1).combination().get(ONES)).isCloseTo(4, within(1e-9));
    }

    @Test
    void theOrderSaysWhichColumnIsPreferred() {
        List<Dependence> found = Collinearity.find(gram(planted()), 3, 4, 2, 1, 0, ONES);
        assertThat(found).extracting(Dependence::column).containsExactly(0, ONES);
        assertThat(found.get(0).combination().get(3)).isCloseTo(0.5, within(1e-9));
        assertThat(found.get(0).combination().get(1)).isCloseTo(1.5, within(1e-9));
    }

    /** Correlated to eight digits is not collinear. */
    @Test
    void noneAreNamedFalsely() {
        DoubleMatrix x = independent(40);
        for (int i = 0; i < ROWS; i++) {
            x.set(i, 39, x.get(i, 0) + 1e-4 * x.get(i, 39));
        }
        assertThat(Collinearity.find(gram(x), IntStream.range(0, 40).toArray())).isEmpty();
    }

    @Test
    void aColumnOfZerosDependsOnNothing() {
        DoubleMatrix x = independent(3);
        for (int i = 0; i < ROWS; i++) {
            x.set(i, 1, 0);
        }
        assertThat(Collinearity.find(gram(x), 0, 1, 2)).singleElement().satisfies(zero -> {
            assertThat(zero.column()).isEqualTo(1);
            assertThat(zero.combination()).isEmpty();
        });
    }

    @Test
    void foldingKeepsTheFunction() {
        DoubleMatrix x = planted();
        double[] before = {1, -2, 0.5, 3, 7, 0.25};
        double[] after = before.clone();
        Collinearity.find(gram(x), ONES, 0, 1, 2, 3, 4).forEach(dependence -> dependence.fold(after));
        assertThat(after[3]).isZero();
        assertThat(after[4]).isZero();
        double[] row = new double[before.length];
        for (int i = 0; i < ROWS; i++) {
            x.getRow(i, row);
            assertThat(dot(row, after)).isCloseTo(dot(row, before), within(1e-8));
        }
    }

    private static double dot(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
    }

    /** The answer of the pseudo-inverse on centred columns, with the intercept that goes with it. */
    @Test
    void theShortestIsThePseudoInverses() {
        DoubleMatrix x = planted();
        double[] y = new double[ROWS];
        SplittableRandom random = new SplittableRandom(3);
        Arrays.setAll(y, i -> 1 + x.get(i, 0) - x.get(i, 2) + Problems.normal(random));
        double[] expected = pseudoInverse(x, y);

        Network line =
                new Network(List.of(new Layer(ONES, 1, Activation.IDENTITY, true)), new Gaussian(), Precision.DOUBLE);
        DoubleMatrix targets = new DoubleMatrix(y, 0, ROWS, 1, 1);
        Objective objective = new InMemoryObjective(
                line,
                List.of(new MiniBatch(
                        new DenseFeatures(x),
                        new Targets.Values(targets),
                        new double[0],
                        LongStream.range(0, ROWS).toArray())));
        // From a start with a part along the combinations, which Newton's steps keep.
        NewtonOptimizer newton = new NewtonOptimizer(
                line, Problems.parameters(line, 1, 4), new Penalty(0), RowSelection.all(), 1e-14, () -> 0L);
        for (int i = 0; i < 20 && newton.stalled().isEmpty(); i++) {
            newton.step(objective);
        }
        double[] found = newton.settled().toArray();
        assertThat(Math.abs(found[3] - expected[3])).isGreaterThan(0.01);
        List<Dependence> dependences = Collinearity.find(gram(x), ONES, 0, 1, 2, 3, 4);
        Parameters shortest = Collinearity.shortest(line, newton.settled(), dependences);
        assertThat(shortest.toArray()).containsExactly(expected, within(1e-8));
    }

    /** Of centred columns, by their eigenvectors; the intercept last. */
    private static double[] pseudoInverse(DoubleMatrix x, double... y) {
        double[] means = new double[ONES];
        double mean = Arrays.stream(y).average().orElseThrow();
        for (int j = 0; j < ONES; j++) {
            for (int i = 0; i < ROWS; i++) {
                means[j] += x.get(i, j) / ROWS;
            }
        }
        DoubleMatrix gram = DoubleMatrix.zeros(ONES, ONES);
        double[] inner = new double[ONES];
        for (int i = 0; i < ROWS; i++) {
            for (int a = 0; a < ONES; a++) {
                inner[a] += (x.get(i, a) - means[a]) * (y[i] - mean);
                for (int b = 0; b <= a; b++) {
                    gram.set(a, b, gram.get(a, b) + (x.get(i, a) - means[a]) * (x.get(i, b) - means[b]));
                }
            }
        }
        SymmetricEigen eigen = SymmetricEigen.of(gram).orElseThrow();
        double[] weights = new double[ONES + 1];
        weights[ONES] = mean;
        for (int e = 2; e < ONES; e++) {
            double along = 0;
            for (int a = 0; a < ONES; a++) {
                along += eigen.vectors().get(a, e) * inner[a] / eigen.values()[e];
            }
            for (int a = 0; a < ONES; a++) {
                weights[a] += along * eigen.vectors().get(a, e);
                weights[ONES] -= along * eigen.vectors().get(a, e) * means[a];
            }
        }
        assertThat(eigen.values()[1]).isLessThan(1e-9);
        return weights;
    }
}
