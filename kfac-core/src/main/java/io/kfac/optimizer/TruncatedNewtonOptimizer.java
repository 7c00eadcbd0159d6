package io.kfac.optimizer;

import io.kfac.linalg.ConjugateGradients;
import io.kfac.linalg.Precision;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Objective;
import io.kfac.objective.Penalty;
import io.kfac.objective.RowSelection;
import io.kfac.preconditioner.Preconditioner;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Newton's method for models too wide for their Hessian: each step solves (H + mu I) d = -g by conjugate gradients until the residual
 * is small. One pass then looks along the solution and along the preconditioned gradient, so that a step is never lost; mu follows
 * Levenberg and Marquardt by how far it was best to go. Undamped steps overshoot where rows that are fitted already hide the
 * curvature of rare features.
 *
 * <p>Ends on the Newton decrement relative to the loss, which the undamped solve of the next step brings along.
 */
public final class TruncatedNewtonOptimizer extends FullBatchOptimizer {
    /** Residual at which a solve is good enough: what is left is the next step's. */
    private static final double FORCING = 0.1;

    private static final int MOST_PRODUCTS = 60;

    /** Loss changes below this share of the loss are rounding. */
    private static final double ROUNDING = 1e-14;

    /** Where on its lines a step may end. */
    private static final List<Double> SHARES = List.of(1.0, 2.0, 4.0, 0.5, 0.25, 0.1, 0.03, 0.01);

    /** mu at the start, for features of unit variance; below the second one it is none at all. */
    private static final double FIRST_DAMPING = 1e-3;

    private static final double LEAST_DAMPING = 1e-7;
    private static final double OMEGA = 4;
    private static final int MOST_REJECTIONS = 8;

    /** A solve by fewer products shows that its preconditioner need not be taken anew. */
    private static final int FEW_PRODUCTS = 8;

    private double damping = FIRST_DAMPING;
    private boolean stale = true;
    private int rejections;

    /**
     * @param start          in double; copied
     * @param rows           on which the loss is minimised
     * @param tolerance      stops where the decrement is at most this share of the loss
     * @param preconditioner of the solves, taken anew at each point
     */
    public TruncatedNewtonOptimizer(
            Network network,
            Parameters start,
            Penalty penalty,
            RowSelection rows,
            double tolerance,
            Preconditioner preconditioner,
            LongSupplier nanoClock) {
        super(network, start, penalty, rows, tolerance, preconditioner, nanoClock, MOST_PRODUCTS, FORCING);
        if (network.depth() != 1) {
            throw new IllegalArgumentException(
                    "Cannot use Newton's method on a network %s: only without hidden layers is its Fisher the Hessian"
                            .formatted(network.widths()));
        }
        if (penalty.l1() > 0) {
            throw new IllegalArgumentException("Cannot use absolute values in the penalty: their sum has no Hessian");
        }
    }

    @Override
    public Optional<StepReport> step(Objective objective) {
        if (!started()) {
            moveTo(parameters(), look(objective, parameters(), "gradient at the start", stale));
        }
        Point from = point();
        Parameters direction = Parameters.zeros(network, Precision.DOUBLE);
        refresh(damping);
        ConjugateGradients.Outcome solved = solve(objective, damping, direction);
        if (solved.gain() <= tolerance * Math.abs(from.loss())) {
            // Damping hides some of what is left, and so does a solve that is good enough for a step.
            damping = 0;
            solved = judge(objective).solved();
            direction = judgement().newtonStep();
        }
        stale = solved.end() != ConjugateGradients.End.CONVERGED || solved.products() > FEW_PRODUCTS;
        if (solved.end() == ConjugateGradients.End.NOT_FINITE) {
            end("a Fisher product is not finite: check the data for huge values");
            return Optional.empty();
        }
        if (converged()) {
            end("converged: the Newton decrement is %.3g of the loss", solved.gain());
            return Optional.empty();
        }
        beginStep();
        Parameters descent = Parameters.of(network, preconditioned(descent().flat()));
        LineSearch.Best best = LineSearch.search(
                objective,
                "step %d: line search".formatted(step()),
                penalty,
                rows,
                parameters(),
                List.of(direction, descent),
                SHARES);
        countPass();
        double actual = best.loss() - from.loss();
        boolean accepted = actual < -ROUNDING * Math.abs(from.loss());
        double share = best.direction() == 0 ? best.share() : 0;
        stale |= !(share >= 0.5 && share <= 2);
        if (accepted) {
            moveTo(best.point(), look(objective, best.point(), "step %d: gradient".formatted(step()), stale));
            rejections = 0;
        } else if (++rejections == MOST_REJECTIONS || solved.gain() <= ROUNDING * Math.abs(from.loss())) {
            end("no step lowers the loss any more: the Newton decrement is %.3g of it", solved.gain());
        }
        // By the quadratic model along the solution, of which the solve knows slope and gain.
        double slope = from.gradient().dot(direction);
        double curvature = -2 * (slope + solved.gain()) - damping * direction.dot(direction);
        double predicted = share * slope + share * share * curvature / 2;
        StepReport report = report(objective, from, damping, actual / predicted, share, accepted);
        adaptDamping(share);
        return Optional.of(report);
    }

    private void adaptDamping(double share) {
        if (share >= 1) {
            damping = damping / OMEGA < LEAST_DAMPING ? 0 : damping / OMEGA;
        } else if (share < 0.5) {
            // Far too long steps would take many more solves to come down by a little each.
            damping = Math.max(LEAST_DAMPING, damping * (share < 0.1 ? OMEGA * OMEGA : OMEGA));
        }
    }
}
