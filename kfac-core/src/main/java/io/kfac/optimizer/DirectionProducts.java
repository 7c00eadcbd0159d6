package io.kfac.optimizer;

import io.kfac.linalg.DoubleMatrix;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Evaluation;
import io.kfac.objective.Penalty;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What quadratic models of several directions are made of: slopes, and products of each direction with itself and with the
 * previous step, which stands last where there is one. Products between directions are not needed and not computed.
 * @param withPrevious whether the last one is the previous step
 * @param slopes       gradient . u
 * @param fisher       k x k, means over rows
 * @param penalty      k x k, under the penalty's curvature
 * @param identity     k x k, Euclidean
 */
record DirectionProducts(
        boolean withPrevious,
        double[] slopes,
        DoubleMatrix fisher,
        DoubleMatrix penalty,
        DoubleMatrix identity,
        double damping) {

    static DirectionProducts of(
            Network network,
            Penalty penalty,
            Parameters gradient,
            List<Parameters> directions,
            boolean withPrevious,
            Evaluation products,
            double damping) {
        int k = directions.size();
        int last = k - 1;
        double[] slopes = new double[k];
        DoubleMatrix fisher = DoubleMatrix.zeros(k, k);
        fisher.copyFrom(products.fisher());
        fisher.scale(1 / products.weight());
        DoubleMatrix penalties = DoubleMatrix.zeros(k, k);
        DoubleMatrix identity = DoubleMatrix.zeros(k, k);
        IntStream.range(0, k).parallel().forEach(i -> {
            Parameters u = directions.get(i);
            slopes[i] = gradient.dot(u);
            for (int j : withPrevious && i != last ? new int[] {i, last} : new int[] {i}) {
                Parameters v = directions.get(j);
                penalties.set(i, j, penalty.curvature(network, u, v));
                identity.set(i, j, u.dot(v));
            }
        });
        return new DirectionProducts(withPrevious, slopes, fisher, penalties, identity, damping);
    }

    /** The model along direction {@code index} and the previous step. */
    QuadraticModel model(int index) {
        int last = slopes.length - 1;
        int[] pair = withPrevious ? new int[] {index, last} : new int[] {index};
        double[] b = new double[2];
        for (int i = 0; i < pair.length; i++) {
            b[i] = slopes[pair[i]];
        }
        return QuadraticModel.minimize(b, part(fisher, pair), part(penalty, pair), part(identity, pair), damping);
    }

    /** Upper triangle of the rows and columns of a pair, 2 x 2; zeros where there is no second. */
    private static DoubleMatrix part(DoubleMatrix all, int[] pair) {
        DoubleMatrix part = DoubleMatrix.zeros(2, 2);
        for (int i = 0; i < pair.length; i++) {
            for (int j = i; j < pair.length; j++) {
                part.set(i, j, all.get(pair[i], pair[j]));
            }
        }
        return part;
    }
}
