package io.kfac.spark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MomentsTest {
    private static final int WIDTH = 5;

    @Test
    void agreesWithTheDefinitionHoweverRowsAreMerged() {
        SplittableRandom random = new SplittableRandom(1);
        double[][] rows = new double[500][WIDTH];
        double[] weights = new double[rows.length];
        for (int r = 0; r < rows.length; r++) {
            weights[r] = random.nextInt(4) / 2.0;
            for (int j = 0; j < WIDTH; j++) {
                rows[r][j] = random.nextInt(3) == 0 ? 0 : random.nextDouble(-1, 3);
            }
        }
        for (int cut : new int[] {0, 1, 7, 250, 500}) {
            Moments merged = dense(rows, weights, 0, cut);
            merged.merge(sparse(rows, weights, cut, rows.length));
            for (int j = 0; j < WIDTH; j++) {
                assertColumn(merged, rows, weights, j);
            }
            assertThat(merged.nonzeros()).isEqualTo(nonzeros(rows));
        }
    }

    private static Moments dense(double[][] rows, double[] weights, int from, int to) {
        Moments moments = new Moments(WIDTH);
        for (int r = from; r < to; r++) {
            double[] buffer = moments.rowBuffer();
            System.arraycopy(rows[r], 0, buffer, moments.rowOffset(), WIDTH);
            moments.addDense(weights[r]);
        }
        return moments.finish();
    }

    private static Moments sparse(double[][] rows, double[] weights, int from, int to) {
        Moments moments = new Moments(WIDTH);
        for (int r = from; r < to; r++) {
            SparseRow sparse = new SparseRow();
            for (int j = 0; j < WIDTH; j++) {
                sparse.append(j, rows[r][j]);
            }
            moments.addSparse(sparse.columns(), sparse.values(), sparse.count(), weights[r]);
        }
        return moments.finish();
    }

    private static long nonzeros(double[][] rows) {
        long nonzeros = 0;
        for (int r = 0; r < rows.length; r++) {
            for (double x : rows[r]) {
                nonzeros += x != 0 ? 1 : 0;
            }
        }
        return nonzeros;
    }

    private static void assertColumn(Moments moments, double[][] rows, double[] weights, int j) {
        double total = 0;
        double sum = 0;
        for (int r = 0; r < rows.length; r++) {
            total += weights[r];
            sum += weights[r] * rows[r][j];
        }
        double squares = 0;
        for (int r = 0; r < rows.length; r++) {
            squares += weights[r] * Math.pow(rows[r][j] - sum / total, 2);
        }
        assertThat(moments.weight(j)).isCloseTo(total, within(1e-9));
        assertThat(moments.mean(j)).isCloseTo(sum / total, within(1e-12));
        assertThat(moments.squares(j)).isCloseTo(squares, within(1e-9));
    }

    @Test
    void keepsItsDigitsWhereTheMeanIsLarge() {
        double[][] rows = new double[1000][WIDTH];
        double[] weights = new double[rows.length];
        java.util.Arrays.fill(weights, 1);
        for (int r = 0; r < rows.length; r++) {
            java.util.Arrays.fill(rows[r], 1e9 + (r % 2)); // deviations of 1/2: lost in sums of raw squares
        }
        assertThat(dense(rows, weights, 0, 1000).squares(2)).isCloseTo(250, within(1e-9));
        assertThat(sparse(rows, weights, 0, 1000).squares(2)).isCloseTo(250, within(1e-3));
    }

    @Test
    void aRowWithoutWeightTakesNoDigitsFromTheOthers() {
        double[][] rows = new double[100][WIDTH];
        double[] weights = new double[rows.length];
        for (int r = 0; r < rows.length; r++) {
            java.util.Arrays.fill(rows[r], r == 0 ? 1e17 : r % 2);
            weights[r] = r == 0 ? 0 : 1;
        }
        Moments moments = dense(rows, weights, 0, rows.length);
        assertThat(moments.mean(3)).isCloseTo(50 / 99.0, within(1e-15));
        assertThat(moments.squares(3)).isCloseTo(50 * 49 / 99.0, within(1e-12));
    }

    @Test
    void aRandomPartDeviatesByStandardErrorsASortedOneByMore() {
        SplittableRandom random = new SplittableRandom(2);
        double[][] rows = new double[2_000][WIDTH];
        double[] weights = new double[rows.length];
        java.util.Arrays.fill(weights, 1);
        for (double[] row : rows) {
            java.util.Arrays.setAll(row, j -> random.nextDouble());
        }
        Moments whole = dense(rows, weights, 0, rows.length);
        // Half of the rows: expected to be 1/2, by the correction for a finite population.
        assertThat(dense(rows, weights, 0, 1_000).deviation(whole)).isBetween(0.05, 2.0);
        java.util.Arrays.sort(rows, java.util.Comparator.comparingDouble(row -> row[0]));
        // In one of five columns the mean is that of the lower half: 1/4 from 1/2, of deviation 1/sqrt(12).
        double expected = 1_000 * (1 / 16.0) * 12 / WIDTH;
        assertThat(dense(rows, weights, 0, 1_000).deviation(whole)).isBetween(0.9 * expected, 1.1 * expected);
    }

    @Test
    void leavesMissingValuesOut() {
        double[][] rows = {{1, 2, 3, 4, 5}, {3, Double.NaN, 3, 4, 5}, {5, 4, Double.NaN, 4, 5}};
        Moments moments = dense(rows, new double[] {1, 1, 2}, 0, 3);
        assertThat(moments.weight(1)).isEqualTo(3);
        assertThat(moments.mean(1)).isCloseTo(10.0 / 3, within(1e-12));
        assertThat(moments.mean(2)).isEqualTo(3);
        assertThat(moments.weight(2)).isEqualTo(2);
        assertThat(moments.nonzeros()).isEqualTo(13);
    }
}
