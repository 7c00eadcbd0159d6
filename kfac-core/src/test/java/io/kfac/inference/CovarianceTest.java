package io.kfac.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.batch.MiniBatch;
import io.kfac.curvature.FisherKind;
import io.kfac.curvature.FullFisher;
import io.kfac.family.Bernoulli;
import io.kfac.family.Categorical;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix.Transpose;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.InMemoryObjective;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.testing.Problems;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CovarianceTest {
    private static final double EXACT = 1e-9;

    private static DoubleMatrix fisher(Network network, Parameters at, FisherKind kind, MiniBatch batch) {
        FullFisher whole = new FullFisher(kind, 0);
        Query query = new Query(at, RowSelection.all(), Request.gradientAnd(Optional.of(whole)));
        return whole.matrix(
                network,
                new InMemoryObjective(network, List.of(batch))
                        .evaluate("test", query)
                        .curvature()
                        .orElseThrow());
    }

    /** By Gauss and Jordan with pivoting. */
    private static double[][] inverse(DoubleMatrix lower) {
        int n = lower.rows();
        DoubleMatrix full = Problems.full(lower);
        double[][] a = new double[n][2 * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                a[i][j] = full.get(i, j);
            }
            a[i][n + i] = 1;
        }
        for (int c = 0; c < n; c++) {
            int column = c;
            int pivot = IntStream.range(c, n)
                    .reduce((best, i) -> Math.abs(a[i][column]) > Math.abs(a[best][column]) ? i : best)
                    .orElseThrow();
            double[] swapped = a[c];
            a[c] = a[pivot];
            a[pivot] = swapped;
            double by = a[c][c];
            a[c] = Arrays.stream(a[c]).map(v -> v / by).toArray();
            for (int i = 0; i < n; i++) {
                double share = i == c ? 0 : a[i][c];
                for (int j = 0; j < 2 * n; j++) {
                    a[i][j] -= share * a[c][j];
                }
            }
        }
        return Arrays.stream(a).map(row -> Arrays.copyOfRange(row, n, 2 * n)).toArray(double[][]::new);
    }

    private static void assertClose(DoubleMatrix actual, double[][] expected, double tolerance) {
        for (int i = 0; i < expected.length; i++) {
            for (int j = 0; j < expected.length; j++) {
                double scale = Math.sqrt(expected[i][i] * expected[j][j]);
                assertThat(actual.get(i, j)).isCloseTo(expected[i][j], within(tolerance * scale));
            }
        }
    }

    @Test
    void itIsTheInverse() {
        Network network = Problems.network(new Bernoulli(), Activation.IDENTITY, Precision.DOUBLE, 4, 1);
        DoubleMatrix fisher = fisher(
                network, Problems.parameters(network, 0.3, 1), FisherKind.EXACT, Problems.batch(network, 200, 5));
        DoubleMatrix covariance =
                Covariance.of(fisher, Optional.empty(), new boolean[5]).orElseThrow();
        assertClose(covariance, inverse(fisher), EXACT);
    }

    /** Contrasts of classes have the same variances whichever class is held. */
    @Test
    void anyClassMayBeHeld() {
        int k = 3;
        int d = 4;
        Network network = Problems.network(new Categorical(), Activation.IDENTITY, Precision.DOUBLE, d - 1, k);
        DoubleMatrix fisher = fisher(
                network, Problems.parameters(network, 0.3, 1), FisherKind.EXACT, Problems.batch(network, 200, 5));
        int free = (k - 1) * d;
        DoubleMatrix reference = DoubleMatrix.zeros(free, free);
        reference.copyFrom(fisher.rowRange(0, free).colRange(0, free));
        double[][] expected = inverse(reference);
        DoubleMatrix contrasts = DoubleMatrix.zeros(free, k * d);
        for (int a = 0; a < free; a++) {
            contrasts.set(a, a, 1);
            contrasts.set(a, free + a % d, -1);
        }
        for (int held = 0; held < k; held++) {
            boolean[] fixed = new boolean[k * d];
            Arrays.fill(fixed, held * d, (held + 1) * d, true);
            DoubleMatrix all = Covariance.of(fisher, Optional.empty(), fixed).orElseThrow();
            assertThat(all.get(held * d, held * d)).isZero();
            assertClose(through(contrasts, all), expected, EXACT);
        }
    }

    private static DoubleMatrix through(DoubleMatrix map, DoubleMatrix covariance) {
        DoubleMatrix half = DoubleMatrix.zeros(map.rows(), map.cols());
        half.multiply(1, map, Transpose.NO, covariance, Transpose.NO, 0);
        DoubleMatrix through = DoubleMatrix.zeros(map.rows(), map.rows());
        through.multiply(1, half, Transpose.NO, map, Transpose.YES, 0);
        return through;
    }

    /** The fifth column repeats the sum of the first two: what all of them say together is known, whichever is held. */
    @Test
    void whatCollinearColumnsShareIsKnown() {
        Network three = Problems.network(new Bernoulli(), Activation.IDENTITY, Precision.DOUBLE, 3, 1);
        MiniBatch batch = Problems.batch(three, 200, 5);
        DoubleMatrix fisher = fisher(three, Problems.parameters(three, 0.3, 1), FisherKind.EXACT, batch);
        double[][] expected = inverse(fisher);
        // Columns x0, x1, x2, ones and x0 + x1.
        DoubleMatrix spread = DoubleMatrix.zeros(4, 5);
        for (int i = 0; i < 4; i++) {
            spread.set(i, i, 1);
        }
        spread.set(0, 4, 1);
        spread.set(1, 4, 1);
        DoubleMatrix half = DoubleMatrix.zeros(4, 5);
        half.multiply(1, Problems.full(fisher), Transpose.NO, spread, Transpose.NO, 0);
        DoubleMatrix wide = DoubleMatrix.zeros(5, 5);
        wide.multiply(1, spread, Transpose.YES, half, Transpose.NO, 0);
        for (int held : new int[] {0, 1, 4}) {
            boolean[] fixed = new boolean[5];
            fixed[held] = true;
            assertClose(
                    through(spread, Covariance.of(wide, Optional.empty(), fixed).orElseThrow()), expected, 1e-8);
        }
    }

    /** A feature whose rows are separated has no curvature left: the others' variances are those without these rows. */
    @Test
    void separatedParametersLeaveOthersAlone() {
        Network network = Problems.network(new Bernoulli(), Activation.IDENTITY, Precision.DOUBLE, 4, 1);
        DoubleMatrix fisher = fisher(
                network, Problems.parameters(network, 0.3, 1), FisherKind.EXACT, Problems.batch(network, 200, 5));
        for (double left : new double[] {0, 1e-300, 1e-18}) {
            DoubleMatrix separated = (DoubleMatrix) fisher.copy();
            for (int j = 0; j < 5; j++) {
                separated.set(Math.max(1, j), Math.min(1, j), j == 1 ? left : 0);
            }
            DoubleMatrix covariance =
                    Covariance.of(separated, Optional.empty(), new boolean[5]).orElseThrow();
            DoubleMatrix regular = (DoubleMatrix) separated.copy();
            regular.set(1, 1, 1);
            double[][] expected = inverse(regular);
            for (int i : new int[] {0, 2, 3, 4}) {
                assertThat(covariance.get(i, i)).isCloseTo(expected[i][i], within(EXACT * expected[i][i]));
            }
        }
    }

    @Test
    void sandwichIsBreadMeatBread() {
        Network network = Problems.network(new Bernoulli(), Activation.IDENTITY, Precision.DOUBLE, 4, 1);
        Parameters at = Problems.parameters(network, 0.3, 1);
        MiniBatch batch = Problems.batch(network, 200, 5);
        DoubleMatrix fisher = fisher(network, at, FisherKind.EXACT, batch);
        DoubleMatrix meat = fisher(network, at, FisherKind.EMPIRICAL, batch);
        DoubleMatrix covariance =
                Covariance.of(fisher, Optional.of(meat), new boolean[5]).orElseThrow();
        double[][] bread = inverse(fisher);
        DoubleMatrix full = Problems.full(meat);
        double[][] expected = new double[5][5];
        for (int i = 0; i < 5; i++) {
            for (int j = 0; j < 5; j++) {
                for (int a = 0; a < 5; a++) {
                    for (int b = 0; b < 5; b++) {
                        expected[i][j] += bread[i][a] * full.get(a, b) * bread[b][j];
                    }
                }
            }
        }
        assertClose(covariance, expected, EXACT);
    }

    @Test
    void weightsAreCopiesOfRows() {
        Network network = Problems.network(new Categorical(), Activation.IDENTITY, Precision.DOUBLE, 3, 3);
        Parameters at = Problems.parameters(network, 0.3, 1);
        MiniBatch batch = Problems.batch(network, 60, 5);
        int[] copies = IntStream.range(0, 60)
                .flatMap(i -> IntStream.generate(() -> i).limit(1 + i % 3))
                .toArray();
        double[] weights = IntStream.range(0, 60).mapToDouble(i -> 1 + i % 3).toArray();
        MiniBatch copied = Problems.rows(batch, copies);
        MiniBatch weighted = Problems.weighted(batch, weights);
        for (boolean robust : new boolean[] {false, true}) {
            DoubleMatrix one = covariance(network, at, copied, robust);
            double[][] expected = new double[12][12];
            for (int i = 0; i < 12; i++) {
                one.getRow(i, expected[i]);
            }
            assertClose(covariance(network, at, weighted, robust), expected, EXACT);
        }
    }

    private static DoubleMatrix covariance(Network network, Parameters at, MiniBatch batch, boolean robust) {
        Optional<DoubleMatrix> meat =
                robust ? Optional.of(fisher(network, at, FisherKind.EMPIRICAL, batch)) : Optional.empty();
        boolean[] last = new boolean[12];
        Arrays.fill(last, 8, 12, true);
        return Covariance.of(fisher(network, at, FisherKind.EXACT, batch), meat, last)
                .orElseThrow();
    }
}
