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

    private static DoubleMatrix identity(int n) {
        DoubleMatrix identity = DoubleMatrix.zeros(n, n);
        for (int i = 0; i < n; i++) {
            identity.set(i, i, 1);
        }
        return identity;
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
        Covariance covariance =
                Covariance.of(fisher, Optional.empty(), identity(5)).orElseThrow();
        double[][] expected = inverse(fisher);
        assertClose(covariance.matrix(), expected, EXACT);
        for (int i = 0; i < 5; i++) {
            assertThat(covariance.identifiable()[i]).isTrue();
            assertThat(covariance.standardError(i)).isCloseTo(Math.sqrt(expected[i][i]), within(EXACT));
        }
    }

    /** Their variances are those of the fit with the last class for reference. */
    @Test
    void contrastsOfClassesAgreeWithAReferenceClass() {
        int k = 3;
        int d = 4;
        Network network = Problems.network(new Categorical(), Activation.IDENTITY, Precision.DOUBLE, d - 1, k);
        DoubleMatrix fisher = fisher(
                network, Problems.parameters(network, 0.3, 1), FisherKind.EXACT, Problems.batch(network, 200, 5));
        int free = (k - 1) * d;
        DoubleMatrix reference = DoubleMatrix.zeros(free, free);
        reference.copyFrom(fisher.rowRange(0, free).colRange(0, free));
        DoubleMatrix contrasts = DoubleMatrix.zeros(free, k * d);
        DoubleMatrix centred = DoubleMatrix.zeros(k * d, k * d);
        for (int a = 0; a < k * d; a++) {
            for (int b = a % d; b < k * d; b += d) {
                centred.set(a, b, (a == b ? 1 : 0) - 1.0 / k);
            }
            if (a < free) {
                contrasts.set(a, a, 1);
                contrasts.set(a, free + a % d, -1);
            }
        }
        Covariance direct = Covariance.of(fisher, Optional.empty(), contrasts).orElseThrow();
        assertThat(direct.identifiable()).doesNotContain(false);
        double[][] expected = inverse(reference);
        assertClose(direct.matrix(), expected, EXACT);

        Covariance all = Covariance.of(fisher, Optional.empty(), centred).orElseThrow();
        assertThat(all.identifiable()).doesNotContain(false);
        DoubleMatrix half = DoubleMatrix.zeros(free, k * d);
        half.multiply(1, contrasts, Transpose.NO, all.matrix(), Transpose.NO, 0);
        DoubleMatrix through = DoubleMatrix.zeros(free, free);
        through.multiply(1, half, Transpose.NO, contrasts, Transpose.YES, 0);
        assertClose(through, expected, EXACT);

        Covariance uncentred =
                Covariance.of(fisher, Optional.empty(), identity(k * d)).orElseThrow();
        assertThat(uncentred.identifiable()).doesNotContain(true);
    }

    /** The third column repeats the sum of the first two: only what such changes leave alone is known. */
    @Test
    void whatCollinearColumnsShareIsKnownAndTheirOwnIsNot() {
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

        Covariance own = Covariance.of(wide, Optional.empty(), identity(5)).orElseThrow();
        assertThat(own.identifiable()).containsExactly(false, false, true, true, false);
        assertThat(own.standardError(0)).isNaN();
        assertThat(own.standardError(2)).isCloseTo(Math.sqrt(expected[2][2]), within(EXACT));
        Covariance estimable = Covariance.of(wide, Optional.empty(), spread).orElseThrow();
        assertThat(estimable.identifiable()).doesNotContain(false);
        assertClose(estimable.matrix(), expected, 1e-8);
    }

    @Test
    void sandwichIsBreadMeatBread() {
        Network network = Problems.network(new Bernoulli(), Activation.IDENTITY, Precision.DOUBLE, 4, 1);
        Parameters at = Problems.parameters(network, 0.3, 1);
        MiniBatch batch = Problems.batch(network, 200, 5);
        DoubleMatrix fisher = fisher(network, at, FisherKind.EXACT, batch);
        DoubleMatrix meat = fisher(network, at, FisherKind.EMPIRICAL, batch);
        Covariance covariance =
                Covariance.of(fisher, Optional.of(meat), identity(5)).orElseThrow();
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
        assertClose(covariance.matrix(), expected, EXACT);
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
        DoubleMatrix contrasts = DoubleMatrix.zeros(8, 12);
        for (int i = 0; i < 8; i++) {
            contrasts.set(i, i, 1);
            contrasts.set(i, i + 4, -1);
        }
        for (boolean robust : new boolean[] {false, true}) {
            Covariance one = covariance(network, at, copied, robust, contrasts);
            Covariance other = covariance(network, at, weighted, robust, contrasts);
            double[][] expected = new double[8][8];
            for (int i = 0; i < 8; i++) {
                one.matrix().getRow(i, expected[i]);
            }
            assertClose(other.matrix(), expected, EXACT);
        }
    }

    private static Covariance covariance(
            Network network, Parameters at, MiniBatch batch, boolean robust, DoubleMatrix estimates) {
        Optional<DoubleMatrix> meat =
                robust ? Optional.of(fisher(network, at, FisherKind.EMPIRICAL, batch)) : Optional.empty();
        return Covariance.of(fisher(network, at, FisherKind.EXACT, batch), meat, estimates)
                .orElseThrow();
    }
}
