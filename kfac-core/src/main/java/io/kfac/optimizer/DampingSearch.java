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
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * The initial damping: one step for lambda in decades from 10 to 1e-6, its gain measured on other rows. Takes the smallest
 * lambda with nearly the best gain, at most one decade below the best.
 *
 * <p>Each direction is tried at the quadratic model's step and at half of it. From a random start the model's step may
 * overshoot so far that the gain of whole steps says nothing about the directions (it then has two humps as a function of
 * lambda; the better of whole and half has one). Two passes over few rows.
 */
public final class DampingSearch {
    private static final double LARGEST = 10;
    private static final int DECADES = 8;
    private static final double NEARLY = 0.9;
    private static final double[] SHARES = {1, 0.5};

    /** Directions that the driver holds at once. */
    public static final int DIRECTIONS = DECADES;

    /** Points that are sent and looked at in one pass. */
    public static final int POINTS = 1 + DECADES * 2;

    private final Network network;
    private final Preconditioner preconditioner;
    private final Penalty penalty;

    DampingSearch(Network network, Preconditioner preconditioner, Penalty penalty) {
        this.network = network;
        this.preconditioner = preconditioner;
        this.penalty = penalty;
    }

    /** @param share of the quadratic model's step that gained most: what the first step should take */
    record Found(double damping, double share) {}

    /** A point to look at, and which lambda and share of the step led there. */
    private record Trial(int decade, double share, double gain) {}

    /**
     * @param gradient mean gradient at the parameters
     * @param products rows on which the model's curvature is measured
     * @param others   rows on which gains are measured
     */
    Found run(Objective objective, Parameters at, Parameters gradient, RowSelection products, RowSelection others) {
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
            double step = step(gradient, directions.get(i), curvature, i);
            for (double share : SHARES) {
                Parameters trial = at.copy(network);
                trial.add(share * step, directions.get(i));
                queries.add(new Query(trial, others, Request.loss()));
            }
        }
        return choose(gains(queries, objective.evaluate("damping search: trials", queries)));
    }

    private static double lambda(int i) {
        return LARGEST * Math.pow(10, -i);
    }

    /** The quadratic model's step along a direction. */
    private double step(Parameters gradient, Parameters direction, Evaluation curvature, int i) {
        double along = curvature.fisher().get(i, i) / curvature.weight()
                + penalty.curvature(network, direction, direction)
                + lambda(i) * direction.dot(direction);
        return along > 0 ? -gradient.dot(direction) / along : 0;
    }

    /** The better share of each decade. */
    private List<Trial> gains(List<Query> queries, List<Evaluation> losses) {
        double before = penalty.meanLoss(network, queries.get(0).at(), losses.get(0));
        List<Trial> best = new ArrayList<>();
        for (int q = 1; q < queries.size(); q++) {
            int decade = (q - 1) / SHARES.length;
            double gain = before - penalty.meanLoss(network, queries.get(q).at(), losses.get(q));
            Trial trial = new Trial(
                    decade, SHARES[(q - 1) % SHARES.length], Double.isFinite(gain) ? gain : Double.NEGATIVE_INFINITY);
            if (decade == best.size()) {
                best.add(trial);
            } else if (trial.gain() > best.get(decade).gain()) {
                best.set(decade, trial);
            }
        }
        return best;
    }

    private static Found choose(List<Trial> trials) {
        Trial best = Collections.max(trials, Comparator.comparing(Trial::gain));
        int below = best.decade() + 1;
        boolean nearly = below < trials.size() && trials.get(below).gain() >= NEARLY * best.gain();
        Trial chosen = nearly ? trials.get(below) : best;
        return new Found(lambda(chosen.decade()), chosen.share());
    }
}
