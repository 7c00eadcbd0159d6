package io.kfac.optimizer;

import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Evaluation;
import io.kfac.objective.Lines;
import io.kfac.objective.Objective;
import io.kfac.objective.Penalty;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import java.util.ArrayList;
import java.util.List;

/** The lowest of the losses on some lines. */
final class LineSearch {
    /** Loss changes below this share of the loss are rounding. */
    private static final double ROUNDING = 1e-14;

    private LineSearch() {}

    /** @param direction number of the line @param loss mean, penalty in */
    record Best(int direction, double share, Parameters point, double loss) {}

    /** In one pass: without hidden layers outputs are linear along the lines, and a line costs one product. */
    static Best search(
            Objective objective,
            String purpose,
            Penalty penalty,
            RowSelection rows,
            Parameters from,
            List<Parameters> directions,
            List<Double> shares) {
        Network network = objective.network();
        if (network.depth() == 1) {
            Query query = new Query(from, rows, Request.lossOnLines(new Lines(directions, shares)));
            return best(network, penalty, from, directions, shares, objective.evaluate(purpose, query));
        }
        List<Parameters> points = new ArrayList<>();
        for (Parameters direction : directions) {
            for (double share : shares) {
                points.add(along(network, from, direction, share));
            }
        }
        double[] losses = losses(objective, purpose, penalty, rows, points);
        Best best = new Best(0, 0, from, Double.POSITIVE_INFINITY);
        for (int i = 0; i < losses.length; i++) {
            int share = i % shares.size();
            best = lower(best, new Best(i / shares.size(), shares.get(share), points.get(i), losses[i]));
        }
        return best;
    }

    /** Mean losses, penalty in, of any points in one pass. */
    static double[] losses(
            Objective objective, String purpose, Penalty penalty, RowSelection rows, List<Parameters> points) {
        List<Evaluation> answers = objective.evaluate(
                purpose,
                points.stream()
                        .map(point -> new Query(point, rows, Request.loss()))
                        .toList());
        double[] losses = new double[points.size()];
        for (int i = 0; i < losses.length; i++) {
            losses[i] = penalty.meanLoss(objective.network(), points.get(i), answers.get(i));
        }
        return losses;
    }

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
                Parameters point = along(network, from, directions.get(d), shares.get(s));
                double loss =
                        answer.lineLosses()[d * shares.size() + s] / answer.weight() + penalty.value(network, point);
                best = lower(best, new Best(d, shares.get(s), point, loss));
            }
        }
        return best;
    }

    private static Best lower(Best best, Best other) {
        return other.loss() < best.loss() - ROUNDING * Math.abs(other.loss()) ? other : best;
    }

    private static Parameters along(Network network, Parameters from, Parameters direction, double share) {
        Parameters point = from.copy(network);
        point.add(share, direction);
        return point;
    }
}
