package io.kfac.mixture;

import io.kfac.family.LegendreFunction;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.optimizer.MirrorDescent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The mixture of given models with the least log-loss: a convex problem on the simplex. A pass a step: Newton's step within the simplex
 * and mirror steps (exponentiated gradient) compete at several lengths, and the pass that tries them brings the derivatives for the
 * next step. By themselves mirror steps take hundreds of passes where models are alike, Newton's three to seven; mirror steps are there
 * for starts from which Newton's model is wrong.
 *
 * <p>Ends on a certificate: for weights w with gradient g the loss is at most log(max of -g_m) above the least, by Jensen's
 * inequality (Lindsay 1983 has the conditions).
 */
public final class MixtureOptimizer {
    private static final double[] NEWTON_SHARES = {1, 0.5, 0.25, 0.0625};
    private static final double[] MIRROR_RATES = {1, 8};

    /** Shares of the mirror's starting point: it has no zeros. */
    private static final double INSIDE = 1e-6;

    /** Share of the loss that is rounding. */
    private static final double ROUNDING = 1e-13;

    private final MixtureObjective objective;
    private final MixtureTotals totals;
    private final int models;

    /** Mean loss and derivatives at some weights. */
    private record Point(double[] weights, double loss, double[] gradient, DoubleMatrix hessian) {
        /** Near the optimum losses differ by less than rounding, where gaps still tell points apart. */
        boolean isBetterThan(Point other) {
            double rounding = ROUNDING * Math.abs(loss);
            return loss < other.loss - rounding || (loss <= other.loss + rounding && gap() < other.gap());
        }

        /** Jensen: L(w) - L(v) = mean log(q_v / q_w) <= log of mean(q_v / q_w) = log(-g.v). */
        double gap() {
            double largest = Arrays.stream(gradient).map(g -> -g).max().orElseThrow();
            return Math.max(0, Math.log(largest));
        }
    }

    /** @param objective of one row at least */
    public MixtureOptimizer(MixtureObjective objective) {
        this.objective = objective;
        this.totals = objective.totals();
        this.models = totals.models();
        if (!(totals.weight() > 0)) {
            throw new IllegalArgumentException(
                    "Cannot mix %d models: no row of positive weight has a label that one of them allows"
                            .formatted(models));
        }
    }

    /**
     * @param tolerance on the gap, nats a row
     * @param cancelled asked between steps; when true, the search ends with what it has
     */
    public MixtureSolution minimize(int maxSteps, double tolerance, BooleanSupplier cancelled) {
        Point point = best("blend: start", List.of(uniform()));
        String reason = "";
        int steps = 0;
        while (reason.isEmpty()) {
            if (point.gap() <= tolerance) {
                reason = "converged: the loss is within %.3g of the least".formatted(point.gap());
            } else if (steps == maxSteps) {
                reason = "reached %d steps".formatted(maxSteps);
            } else if (cancelled.getAsBoolean()) {
                reason = "cancelled";
            } else {
                steps++;
                Point next = best("blend: step %d".formatted(steps), candidates(point));
                if (next.isBetterThan(point)) {
                    point = next;
                } else {
                    reason = "no step lowers the loss any more";
                }
            }
        }
        return orVertex(point, steps, tolerance, reason);
    }

    private List<double[]> candidates(Point from) {
        List<double[]> candidates = new ArrayList<>();
        double[] newton = SimplexQuadratic.minimize(from.gradient(), from.hessian(), from.weights());
        for (double share : NEWTON_SHARES) {
            candidates.add(between(from.weights(), newton, share));
        }
        for (double rate : MIRROR_RATES) {
            MirrorDescent mirror = new MirrorDescent(
                    LegendreFunction.simplexEntropy(models), between(from.weights(), uniform(), INSIDE));
            mirror.step(rate, from.gradient());
            candidates.add(onSimplex(mirror.point()));
        }
        return candidates;
    }

    private double[] uniform() {
        double[] uniform = new double[models];
        Arrays.fill(uniform, 1.0 / models);
        return uniform;
    }

    private static double[] between(double[] from, double[] to, double share) {
        double[] point = new double[from.length];
        for (int m = 0; m < point.length; m++) {
            point[m] = share == 1 ? to[m] : from[m] + share * (to[m] - from[m]);
        }
        return onSimplex(point);
    }

    /** Takes rounding out of the sum: what is missing from 1, or too much, is the largest weight's. */
    static double[] onSimplex(double[] weights) {
        int largest = 0;
        double rest = 0;
        for (int m = 0; m < weights.length; m++) {
            weights[m] = Math.max(0, weights[m]);
            largest = weights[m] > weights[largest] ? m : largest;
        }
        for (int m = 0; m < weights.length; m++) {
            rest += m == largest ? 0 : weights[m];
        }
        weights[largest] = 1 - rest;
        return weights;
    }

    private Point best(String purpose, List<double[]> candidates) {
        List<MixtureSums> sums = objective.evaluate(purpose, candidates);
        Point best = point(candidates.get(0), sums.get(0));
        for (int k = 1; k < sums.size(); k++) {
            Point other = point(candidates.get(k), sums.get(k));
            best = other.isBetterThan(best) ? other : best;
        }
        return best;
    }

    private Point point(double[] weights, MixtureSums sums) {
        double scale = 1 / totals.weight();
        sums.gradient().scale(scale);
        sums.hessian().scale(scale);
        return new Point(weights, sums.loss() * scale, sums.gradient().data(), sums.hessian());
    }

    /** A single model where it is at least as good: the gap shrinks by what it is better. */
    private MixtureSolution orVertex(Point point, int steps, double tolerance, String reason) {
        double[] single = totals.singleLosses();
        int vertex = 0;
        for (int m = 1; m < models; m++) {
            vertex = single[m] < single[vertex] ? m : vertex;
        }
        if (single[vertex] > point.loss()) {
            return new MixtureSolution(
                    point.weights(), point.loss(), point.gap(), steps, point.gap() <= tolerance, reason);
        }
        double[] alone = new double[models];
        alone[vertex] = 1;
        double gap = Math.max(0, point.gap() - (point.loss() - single[vertex]));
        return new MixtureSolution(alone, single[vertex], gap, steps, gap <= tolerance, reason);
    }
}
