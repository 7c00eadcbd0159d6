package io.kfac.optimizer;

import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Evaluation;
import io.kfac.objective.Penalty;
import java.util.List;

/** The lowest of the losses on some lines. */
final class LineSearch {
    /** Loss changes below this share of the loss are rounding. */
    private static final double ROUNDING = 1e-14;

    private LineSearch() {}

    /** @param direction number of the line @param loss mean, penalty in */
    record Best(int direction, double share, Parameters point, double loss) {}

    /** Of equally good points, the first. @param answer to the query for these lines at {@code from} */
    static Best best(
            Network network,
            Penalty penalty,
            Parameters from,
            List<Parameters> directions,
            List<Double> shares,
            Evaluation answer) {
        Best best = new Best(0, 0, from, Double.POSITIVE_INFINITY);
        for (int d = 0; d < directions.size(); d++) {
            for (int s = 0; s < shares.size(); s++) {
                Parameters point = from.copy(network);
                point.add(shares.get(s), directions.get(d));
                double loss =
                        answer.lineLosses()[d * shares.size() + s] / answer.weight() + penalty.value(network, point);
                if (loss < best.loss() - ROUNDING * Math.abs(loss)) {
                    best = new Best(d, shares.get(s), point, loss);
                }
            }
        }
        return best;
    }
}
