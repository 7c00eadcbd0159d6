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
