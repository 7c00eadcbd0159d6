package io.kfac.optimizer;

import io.kfac.linalg.Precision;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Evaluation;
import io.kfac.objective.Objective;
import io.kfac.objective.Penalty;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.preconditioner.Preconditioner;
import java.util.ArrayList;
import java.util.List;

/**
 * The initial damping: one step of the quadratic model for lambda in decades from 10 to 1e-6, its gain measured on other
 * rows. Takes the smallest lambda with nearly the best gain, at most one decade below the best: the curve can have two humps,
 * so the whole range is searched. Two passes over few rows.
 */
final class DampingSearch {
    private static final double LARGEST = 10;
    private static final int DECADES = 8;
    private static final double NEARLY = 0.9;

    private final Network network;
    private final Preconditioner preconditioner;
    private final Penalty penalty;

    DampingSearch(Network network, Preconditioner preconditioner, Penalty penalty) {
        this.network = network;
        this.preconditioner = preconditioner;
        this.penalty = penalty;
    }

    /**
     * @param gradient mean gradient at the parameters
     * @param products rows on which the model's curvature is measured
     * @param others   rows on which gains are measured
     */
    double run(Objective objective, Parameters at, Parameters gradient, RowSelection products, RowSelection others) {
        List<Parameters> directions = new ArrayList<>();
        for (int i = 0; i < DECADES; i++) {
            preconditioner.refresh(lambda(i) + penalty.lambda());
            Parameters direction = Parameters.zeros(network, Precision.DOUBLE);
            preconditioner.apply(gradient, direction);
            directions.add(direction);
        }
        Evaluation curvature = objective.evaluate(
                "damping search: curvature", new Query(at, products, Request.fisherProducts(directions)));
        List<Query> queries = new ArrayList<>();
        queries.add(new Query(at, others, Request.loss()));
        for (int i = 0; i < DECADES; i++) {
            queries.add(new Query(trial(at, gradient, directions.get(i), curvature, i), others, Request.loss()));
        }
        List<Evaluation> losses = objective.evaluate("damping search: trials", queries);
        return choose(queries, losses);
    }

    private static double lambda(int i) {
        return LARGEST * Math.pow(10, -i);
    }

    private Parameters trial(Parameters at, Parameters gradient, Parameters direction, Evaluation curvature, int i) {
        double along = curvature.fisher().get(i, i) / curvature.weight()
                + penalty.curvature(network, direction, direction)
                + lambda(i) * direction.dot(direction);
        Parameters trial = at.copy(network);
        if (along > 0) {
            trial.add(-gradient.dot(direction) / along, direction);
        }
        return trial;
    }

    private double choose(List<Query> queries, List<Evaluation> losses) {
        double[] gains = new double[DECADES];
        double before = penalty.meanLoss(network, queries.get(0).at(), losses.get(0));
        int best = 0;
        for (int i = 0; i < DECADES; i++) {
            double gain = before - penalty.meanLoss(network, queries.get(i + 1).at(), losses.get(i + 1));
            gains[i] = Double.isFinite(gain) ? gain : Double.NEGATIVE_INFINITY;
            best = gains[i] > gains[best] ? i : best;
        }
        int below = best + 1;
        return below < DECADES && gains[below] >= NEARLY * gains[best] ? lambda(below) : lambda(best);
    }
}
