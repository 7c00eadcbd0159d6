package io.kfac.optimizer;

import io.kfac.linalg.ConjugateGradients;
import io.kfac.linalg.Precision;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Evaluation;
import io.kfac.objective.Objective;
import io.kfac.objective.Penalty;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.preconditioner.KroneckerPreconditioner;
import io.kfac.preconditioner.Preconditioner;

/**
 * How close the direction that a metric proposes is to the natural gradient: x solves (F + L2 + damping I) x = gradient, F the exact
 * Fisher information of a probe batch, by conjugate gradients on Fisher products (Schulman et al. 2015, appendix C), and the direction
 * is the preconditioner's answer to the same gradient. Changes nothing of the optimizer that it looks at.
 */
public final class DirectionProbe {
    private static final int MOST_PRODUCTS = 60;
    private static final double RESIDUAL = 1e-3;

    private final Objective objective;
    private final Penalty penalty;
    private final RowSelection rows;
    private final double damping;

    /**
     * @param objective that answers for the probe: not the run's own, whose cost is counted
     * @param rows      of the probe batch
     * @param damping   of the exact step, the same for all metrics: F alone is singular as a rule
     */
    public DirectionProbe(Objective objective, Penalty penalty, RowSelection rows, double damping) {
        this.objective = objective;
        this.penalty = penalty;
        this.rows = rows;
        this.damping = damping;
    }

    /**
     * What a probe found.
     * @param cosine    of the angle between direction and x in the metric M = F + L2 + damping I: d'g / sqrt(d'M d g'x). Its square is
     *                  the share of the exact step's decrease of the quadratic model that the best multiple of d has
     * @param euclidean cosine of the same angle in parameters as they are
     * @param residual  of x, relative
     */
    public record Closeness(double cosine, double euclidean, double residual) {}

    /** @param preconditioner as it is: refreshed, with whatever damping it has */
    public Closeness measure(Parameters at, Preconditioner preconditioner) {
        Network network = objective.network();
        KroneckerPreconditioner solver =
                new KroneckerPreconditioner(network, KroneckerPreconditioner.Options.defaults());
        double count = objective.rows() * rows.fraction();
        Evaluation sums = objective.evaluate(
                "probe: gradient", new Query(at, rows, Request.gradientAnd(solver.statistics(rows.seed(), count))));
        Parameters gradient = penalty.meanGradient(network, at, sums);
        solver.learn(sums.curvature(), gradient);
        solver.refresh(damping + penalty.lambda());

        Parameters exact = Parameters.zeros(network, Precision.DOUBLE);
        FisherProducts metric = new FisherProducts(objective, "probe", penalty, at, rows, damping);
        ConjugateGradients.Outcome solved =
                new FisherSystem(network, solver, MOST_PRODUCTS, RESIDUAL).solve(metric, gradient, exact);
        Parameters proposed = Parameters.zeros(network, Precision.DOUBLE);
        preconditioner.apply(gradient, proposed);
        Parameters image = Parameters.zeros(network, Precision.DOUBLE);
        metric.apply(proposed.flat(), image.flat());

        double slope = proposed.dot(gradient);
        return new Closeness(
                slope / Math.sqrt(proposed.dot(image) * exact.dot(gradient)),
                proposed.dot(exact) / (proposed.norm() * exact.norm()),
                solved.relativeResidual());
    }
}
