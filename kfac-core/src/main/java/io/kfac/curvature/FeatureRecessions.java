package io.kfac.curvature;

import io.kfac.family.Recession;
import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Features;
import io.kfac.linalg.FloatMatrix;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.model.Workspace;
import java.util.Arrays;
import java.util.List;

/**
 * Which single weights of a network without hidden layers are directions of recession: for every weight, how much of its feature
 * stands in rows whose loss rises in the end as the weight rises, and as it falls. Where that is exactly nothing, no row's loss ever
 * rises along the weight: sums of terms that are not negative have no rounding at zero. {@link CurvatureSums#numbers}: those of rising
 * weights in the order of the parameters, then those of falling ones.
 * @param shifts what was subtracted from each feature, in the units of the blocks; or none
 */
public record FeatureRecessions(double... shifts) implements CurvatureKind {
    /** Of a shift: a value this close to it was 0 before. */
    private static final double ROUNDING = 16;

    @Override
    public List<Integer> orders(Network network) {
        return List.of();
    }

    @Override
    public int numbers(Network network) {
        return Math.multiplyExact(2, network.size());
    }

    @Override
    public void add(
            Network network, Parameters at, Workspace workspace, double[] weights, long[] rowIds, CurvatureSums into) {
        Matrix rising = weights(into.numbers(), 0, network);
        Matrix falling = weights(into.numbers(), network.size(), network);
        Features x = unshifted(workspace.input(0), network.precision());
        for (int sign : new int[] {1, -1}) {
            Features part = x.part(sign);
            part.addTransposedTimes(violated(network, workspace, weights, sign), rising);
            part.addTransposedTimes(violated(network, workspace, weights, -sign), falling);
        }
    }

    /** The numbers from there on in the shape of the layer's weights: a view. */
    private static Matrix weights(Matrix numbers, int from, Network network) {
        int k = network.outputs();
        int d = network.inputColumns();
        if (numbers instanceof FloatMatrix m) {
            return new FloatMatrix(m.data(), m.offset() + from, k, d, d);
        }
        DoubleMatrix m = (DoubleMatrix) numbers;
        return new DoubleMatrix(m.data(), m.offset() + from, k, d, d);
    }

    /** n x k: 1 where the row's loss rises in the end as that output alone moves up (1) or down (-1). */
    private static Matrix violated(Network network, Workspace workspace, double[] weights, int way) {
        int n = weights.length;
        int k = network.outputs();
        Matrix violated = Matrix.zeros(network.precision(), n, k);
        Matrix tangents = Matrix.zeros(network.precision(), n, k);
        Matrix exact = Matrix.zeros(network.precision(), n, k);
        Recession[] recessions = new Recession[n];
        for (int a = 0; a < k; a++) {
            tangents.fill(0);
            tangents.colRange(a, a + 1).fill(way);
            network.family().recession(tangents, exact, workspace.targets(), recessions);
            for (int i = 0; i < n; i++) {
                violated.set(i, a, weights[i] > 0 && recessions[i] == Recession.VIOLATES ? 1 : 0);
            }
        }
        return violated;
    }

    private Features unshifted(Features x, Precision precision) {
        if (shifts.length == 0) {
            return x;
        }
        Matrix rows = Matrix.zeros(precision, x.rows(), x.cols());
        x.copyTo(rows);
        double unit = ROUNDING * (precision == Precision.FLOAT ? Math.ulp(1f) : Math.ulp(1.0));
        double[] row = new double[x.cols()];
        for (int i = 0; i < x.rows(); i++) {
            rows.getRow(i, row);
            for (int j = 0; j < shifts.length; j++) {
                double raw = row[j] + shifts[j];
                row[j] = Math.abs(raw) <= unit * Math.abs(shifts[j]) ? 0 : raw;
            }
            rows.setRow(i, row);
        }
        return new DenseFeatures(rows);
    }

    /**
     * All weights at once that may move for ever: 1, -1, or 0 where they may not or move nothing.
     * @param sums of all rows
     */
    public static Parameters directions(Network network, CurvatureSums sums) {
        int p = network.size();
        int d = network.inputColumns();
        int features = network.layer(0).inputs();
        double[] violations = ((DoubleMatrix) sums.numbers()).data();
        double[] directions = new double[p];
        Arrays.setAll(directions, i -> {
            boolean rises = violations[i] == 0;
            boolean falls = violations[p + i] == 0;
            return i % d >= features || rises == falls ? 0 : rises ? 1 : -1;
        });
        return Parameters.of(network, directions);
    }
}
