package io.kfac.optimizer;

import io.kfac.curvature.CurvatureKind;
import io.kfac.curvature.FisherKind;
import io.kfac.curvature.FullFisher;
import io.kfac.linalg.Cholesky;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Cost;
import io.kfac.objective.Evaluation;
import io.kfac.objective.Objective;
import io.kfac.objective.Penalty;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * Newton's method for generalised linear models with the canonical link, whose Hessian is the Fisher information: damped Newton,
 * IRLS and Fisher scoring are the same steps (McCullagh and Nelder 1989, sec. 2.5). All rows every step, one pass a step: a trial
 * point is evaluated with gradient and Hessian at once. Levenberg-Marquardt damping is scaled by the Hessian's diagonal, so that
 * steps do not depend on the features' units (Nocedal and Wright 2006, sec. 10.3).
 *
 * <p>Ends on the Newton decrement g' H^-1 g / 2, relative to the loss: it estimates how far above the infimum the loss is, also
 * where the infimum is not attained.
 */
public final class NewtonOptimizer implements Optimizer {
    private static final double FIRST_DAMPING = 1e-4;
    private static final double LEAST_DAMPING = 1e-12;
    private static final double MOST_DAMPING = 1e8;

    /** Over-complete models and collinear features make H singular; this share of its diagonal makes it factor. */
    private static final double FLOOR = 1e-12;

    /** Loss changes below this share of the loss are rounding. */
    private static final double ROUNDING = 1e-14;

    private final Network network;
    private final Penalty penalty;
    private final RowSelection rows;
    private final double tolerance;
    private final LongSupplier nanoClock;
    private final CurvatureKind hessian = new FullFisher(FisherKind.EXACT, 0);
    private final Parameters parameters;
    private Optional<Point> point = Optional.empty();
    private Optional<String> stalled = Optional.empty();
    private double damping = FIRST_DAMPING;
    private long step;
    private long passes;
    private Cost costBefore = Cost.NONE;

    /** Mean loss, gradient and Hessian at a point, penalty in. */
    private record Point(double rows, double loss, Parameters gradient, DoubleMatrix hessian) {}

    /**
     * How good a point is.
     * @param objective    mean loss with the penalty, nats a row
     * @param decrement    g' H^-1 g / 2 there: about how far above the infimum it is
     * @param gradientNorm Euclidean norm of the gradient
     * @param passes       over the data
     */
    public record Certificate(double objective, double decrement, double gradientNorm, long passes) {}

    /**
     * @param start     of a network without hidden layers, in double; copied
     * @param rows      on which the loss is minimised
     * @param tolerance stops where the decrement is at most this share of the loss
     */
    public NewtonOptimizer(
            Network network,
            Parameters start,
            Penalty penalty,
            RowSelection rows,
            double tolerance,
            LongSupplier nanoClock) {
        if (network.depth() != 1) {
            throw new IllegalArgumentException(
                    "Cannot use Newton's method on a network %s: only without hidden layers is its Fisher the Hessian"
                            .formatted(network.widths()));
        }
        if (!(tolerance > 0)) {
            throw new IllegalArgumentException("Cannot use tolerance %s: it must be positive".formatted(tolerance));
        }
        this.network = network;
        this.penalty = penalty;
        this.rows = rows;
        this.tolerance = tolerance;
        this.nanoClock = nanoClock;
        this.parameters = start.to(network, Precision.DOUBLE);
    }

    @Override
    public Parameters parameters() {
        return parameters;
    }

    @Override
    public Parameters settled() {
        return parameters;
    }

    @Override
    public double epoch() {
        return passes;
    }

    @Override
    public Optional<String> stalled() {
        return stalled;
    }

    @Override
    public Optional<StepReport> finish(Objective objective) {
        return Optional.empty();
    }

    /** Of the current point; empty before the first step. */
    public Optional<Certificate> certificate() {
        return point.map(
                p -> new Certificate(p.loss(), decrement(p), p.gradient().norm(), passes));
    }

    @Override
    public Optional<StepReport> step(Objective objective) {
        if (point.isEmpty()) {
            point = Optional.of(look(objective, parameters, "Hessian at the start"));
        }
        Point from = point.get();
        step++;
        long start = nanoClock.getAsLong();
        Parameters direction = Parameters.zeros(network, Precision.DOUBLE);
        double slope = solve(from, damping, direction);
        if (-slope / 2 <= tolerance * Math.abs(from.loss())) {
            // Damping shortens the step, so only the undamped decrement is an estimate of what is left.
            slope = solve(from, 0, direction);
            if (-slope / 2 <= tolerance * Math.abs(from.loss())) {
                stalled = Optional.of("converged: the Newton decrement is %.3g of the loss"
                        .formatted(-slope / 2 / Math.abs(from.loss())));
                step--;
                return Optional.empty();
            }
        }
        double predicted = slope + square(from.hessian(), direction) / 2;
        double seconds = (nanoClock.getAsLong() - start) * 1e-9;
        double tried = damping;
        Parameters before = parameters.copy(network);
        parameters.add(1, direction);
        Point to = look(objective, parameters, "step %d: Hessian".formatted(step));
        double actual = to.loss() - from.loss();
        double rho = actual / predicted;
        boolean accepted = actual <= ROUNDING * Math.abs(from.loss());
        adapt(accepted, rho);
        if (accepted) {
            point = Optional.of(to);
        } else {
            parameters.copyFrom(before);
        }
        return Optional.of(report(objective, from, tried, rho, predicted - slope, accepted, seconds));
    }

    private double decrement(Point p) {
        return -solve(p, 0, Parameters.zeros(network, Precision.DOUBLE)) / 2;
    }

    private void adapt(boolean accepted, double rho) {
        if (!accepted) {
            damping = Math.max(1e-3, 10 * damping);
        } else if (rho > 0.75) {
            damping = Math.max(LEAST_DAMPING, damping / 10);
        } else if (!(rho > 0.25)) {
            damping *= 4;
        }
        if (damping > MOST_DAMPING) {
            stalled = Optional.of("no step lowers the loss any more");
        }
    }

    private Point look(Objective objective, Parameters at, String purpose) {
        Evaluation sums = objective.evaluate(purpose, new Query(at, rows, Request.gradientAnd(Optional.of(hessian))));
        passes++;
        if (passes == 1) {
            NonFinite.check(network, sums, step + 1);
        }
        DoubleMatrix h =
                (DoubleMatrix) sums.curvature().orElseThrow().symmetric().get(0);
        h.scale(1 / sums.weight());
        penalty.addCurvature(network, h);
        return new Point(sums.rows(), penalty.meanLoss(network, at, sums), penalty.meanGradient(network, at, sums), h);
    }

    /** direction = -(H + mu diag H)^-1 g, with more damping where rounding made that indefinite. @return g . direction */
    private double solve(Point from, double mu, Parameters direction) {
        DoubleMatrix damped = DoubleMatrix.zeros(network.size(), network.size());
        double largest = 0;
        for (int i = 0; i < network.size(); i++) {
            largest = Math.max(largest, from.hessian().get(i, i));
        }
        double floor = FLOOR;
        for (double extra = mu; ; extra = Math.max(10 * extra, FLOOR), floor *= 10) {
            damped.copyFrom(from.hessian());
            for (int i = 0; i < network.size(); i++) {
                double diagonal = from.hessian().get(i, i);
                damped.set(i, i, diagonal * (1 + extra) + floor * largest);
            }
            Optional<Cholesky> factor = Cholesky.of(damped);
            if (factor.isPresent()) {
                direction.copyFrom(from.gradient());
                factor.get().solveRows((DoubleMatrix) direction.flat());
                direction.scale(-1);
                return from.gradient().dot(direction);
            }
            if (extra > MOST_DAMPING) {
                throw new ArithmeticException(
                        "Cannot solve for Newton's step: the Hessian is not finite or far from positive; check the"
                                + " data for huge values, or standardize the features");
            }
        }
    }

    /** d' H d, from the lower triangle. */
    private static double square(DoubleMatrix h, Parameters direction) {
        double[] d = direction.toArray();
        double[] row = new double[d.length];
        double sum = 0;
        for (int i = 0; i < d.length; i++) {
            h.getRow(i, row);
            double below = 0;
            for (int j = 0; j < i; j++) {
                below += row[j] * d[j];
            }
            sum += d[i] * (2 * below + row[i] * d[i]);
        }
        return sum;
    }

    private StepReport report(
            Objective objective,
            Point from,
            double tried,
            double rho,
            double square,
            boolean accepted,
            double refreshSeconds) {
        Cost total = objective.cost();
        Cost spent = total.minus(costBefore);
        costBefore = total;
        return new StepReport(
                step,
                passes,
                from.rows(),
                from.loss(),
                OptionalDouble.empty(),
                from.gradient().norm(),
                tried,
                rho,
                square,
                Double.NaN,
                1,
                0,
                accepted,
                refreshSeconds,
                spent,
                total.jobs(),
                total.bytes());
    }
}
