package io.kfac.optimizer;

import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Evaluation;
import io.kfac.objective.Objective;
import io.kfac.objective.Penalty;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Loss and divergence at points along a direction, several to a pass over the rows: what lines are for networks without hidden layers.
 * @param first the first point looked at, good or not
 * @param best  of those that lower the loss within the radius, the one of the lowest loss in the first pass that has any
 */
record TrialLadder(Rung first, Optional<Rung> best) {
    /** Points that are sent and looked at in one pass. */
    static final int RUNGS = 3;

    /** Of the radius: steps that are on it may be measured a little beyond. */
    private static final double ROUNDING = 1e-6;

    /**
     * @param length factor of the direction
     * @param loss   mean, penalty in
     * @param kl     KL(before || there), mean over the rows
     */
    record Rung(double length, Parameters point, double loss, double kl) {}

    /**
     * @param from    not modified
     * @param loss    there, on the same rows, penalty in
     * @param lengths in the order in which they are tried
     * @param radius  that the divergence may have
     */
    static TrialLadder climb(
            Objective objective,
            String purpose,
            Penalty penalty,
            RowSelection rows,
            Parameters from,
            double loss,
            Parameters direction,
            List<Double> lengths,
            double radius) {
        Network network = objective.network();
        Optional<Rung> first = Optional.empty();
        for (int start = 0; start < lengths.size(); start += RUNGS) {
            List<Double> tried = lengths.subList(start, Math.min(lengths.size(), start + RUNGS));
            List<Query> queries = new ArrayList<>();
            for (double length : tried) {
                Parameters point = from.copy(network);
                point.add(length, direction);
                queries.add(new Query(point, rows, Request.divergenceFrom(from)));
            }
            List<Evaluation> answers = objective.evaluate(purpose, queries);
            Optional<Rung> best = Optional.empty();
            for (int q = 0; q < queries.size(); q++) {
                Parameters point = queries.get(q).at();
                Evaluation answer = answers.get(q);
                Rung rung = new Rung(
                        tried.get(q),
                        point,
                        penalty.meanLoss(network, point, answer),
                        answer.divergence() / answer.weight());
                first = first.or(() -> Optional.of(rung));
                double bar = best.map(Rung::loss).orElse(loss);
                if (rung.loss() < bar && rung.kl() <= radius * (1 + ROUNDING)) {
                    best = Optional.of(rung);
                }
            }
            if (best.isPresent()) {
                return new TrialLadder(first.orElseThrow(), best);
            }
        }
        return new TrialLadder(first.orElseThrow(), Optional.empty());
    }
}
