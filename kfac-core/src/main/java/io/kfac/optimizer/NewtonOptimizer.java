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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * Newton's method for generalised linear models with the canonical link, whose Hessian is the Fisher information: damped Newton,
 * IRLS and Fisher scoring are the same steps (McCullagh and Nelder 1989, sec. 2.5). All rows every step, two passes: gradient and
 * Hessian, then losses at shares of three steps, undamped and with Levenberg-Marquardt damping scaled by the Hessian's diagonal
 * (Nocedal and Wright 2006, sec. 10.3). Undamped steps overshoot where rare features separate classes, damped ones crawl where they
 * do not; losses are cheap beside a Hessian.
 *
 * <p>Ends on the Newton decrement g' H^-1 g / 2, relative to the loss: it estimates how far above the infimum the loss is, also
 * where the infimum is not attained.
 */
public final class NewtonOptimizer implements Optimizer {
    /** Dampings that compete, the first one none. */
    private static final List<Double> DAMPINGS = List.of(0.0, 1e-2, 1.0);

    /** Shares of their steps; where classes are separated, several Newton steps lie on one line. */
    private static final List<Double> SHARES = List.of(4.0, 2.0, 1.0, 0.5, 0.25, 0.0625);

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
    private long step;
    private long passes;
    private Cost costBefore = Cost.NONE;

    /** Mean loss, gradient and Hessian at a point, penalty in. */
    private record Point(double rows, double loss, Parameters gradient, DoubleMatrix hessian) {}

    /** @param slope gradient . vector, negative */
    private record Direction(double damping, Parameters vector, double slope) {}

    private record Trial(Direction direction, double share, double loss) {}

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

    @Override
    public Optional<Certificate> certificate() {
        return point.map(p -> {
            double left = decrement(p);
            return new Certificate(
                    p.loss(),
                    left,
                    p.gradient().norm(),
                    passes,
                    left <= tolerance * Math.abs(p.loss()),
                    stalled.orElse("stopped before it converged"));
        });
    }

    @Override
    public Optional<StepReport> step(Objective objective) {
        if (point.isEmpty()) {
            point = Optional.of(look(objective, parameters, "Hessian at the start"));
        }
        Point from = point.get();
        long start = nanoClock.getAsLong();
        List<Direction> directions =
                DAMPINGS.stream().map(mu -> solve(from, mu)).toList();
        double left = -directions.get(0).slope() / 2;
        if (left <= tolerance * Math.abs(from.loss())) {
            stalled = Optional.of(
                    "converged: the Newton decrement is %.3g of the loss".formatted(left / Math.abs(from.loss())));
            return Optional.empty();
        }
        double seconds = (nanoClock.getAsLong() - start) * 1e-9;
        step++;
        Trial best = best(objective, directions);
        double actual = best.loss() - from.loss();
        boolean accepted = actual <= ROUNDING * Math.abs(from.loss());
        if (accepted) {
            parameters.add(best.share(), best.direction().vector());
            point = Optional.of(look(objective, parameters, "step %d: Hessian".formatted(step)));
        } else {
            stalled = Optional.of("no step lowers the loss any more: the Newton decrement is %.3g of it"
                    .formatted(left / Math.abs(from.loss())));
        }
        return Optional.of(report(objective, from, best, actual, accepted, seconds));
    }

    /** The lowest of all directions and shares of their steps, in one pass that needs losses only. */
    private Trial best(Objective objective, List<Direction> directions) {
        List<Query> queries = new ArrayList<>();
        for (Direction direction : directions) {
            for (double share : SHARES) {
                Parameters trial = parameters.copy(network);
                trial.add(share, direction.vector());
                queries.add(new Query(trial, rows, Request.loss()));
            }
        }
        List<Evaluation> losses = objective.evaluate("step %d: line search".formatted(step), queries);
        Trial best = new Trial(directions.get(0), 0, Double.POSITIVE_INFINITY);
        for (int q = 0; q < queries.size(); q++) {
            double loss = penalty.meanLoss(network, queries.get(q).at(), losses.get(q));
            if (loss < best.loss()) {
                best = new Trial(directions.get(q / SHARES.size()), SHARES.get(q % SHARES.size()), loss);
            }
        }
        return best;
    }

    private double decrement(Point p) {
        return -solve(p, 0).slope() / 2;
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

    /** -(H + mu diag H)^-1 g, with more damping where rounding made that indefinite. */
    private Direction solve(Point from, double mu) {
        DoubleMatrix damped = DoubleMatrix.zeros(network.size(), network.size());
        double largest = 0;
        for (int i = 0; i < network.size(); i++) {
            largest = Math.max(largest, from.hessian().get(i, i));
        }
        for (double floor = FLOOR; floor <= 1; floor *= 10) {
            damped.copyFrom(from.hessian());
            for (int i = 0; i < network.size(); i++) {
                damped.set(i, i, from.hessian().get(i, i) * (1 + mu) + floor * largest);
            }
            Optional<Cholesky> factor = Cholesky.of(damped);
            if (factor.isPresent()) {
                Parameters direction = from.gradient().copy(network);
                factor.get().solveRows((DoubleMatrix) direction.flat());
                direction.scale(-1);
                return new Direction(mu, direction, from.gradient().dot(direction));
            }
        }
        throw new ArithmeticException("Cannot solve for Newton's step: the Hessian is not finite or far from positive;"
                + " check the data for huge values, or standardize the features");
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
            Objective objective, Point from, Trial best, double actual, boolean accepted, double refreshSeconds) {
        Cost total = objective.cost();
        Cost spent = total.minus(costBefore);
        costBefore = total;
        double curvature = best.share()
                * best.share()
                * square(from.hessian(), best.direction().vector())
                / 2;
        return new StepReport(
                step,
                passes,
                from.rows(),
                from.loss(),
                OptionalDouble.empty(),
                from.gradient().norm(),
                best.direction().damping(),
                actual / (best.share() * best.direction().slope() + curvature),
                curvature,
                Double.NaN,
                best.share(),
                0,
                accepted,
                refreshSeconds,
                spent,
                total.jobs(),
                total.bytes());
    }
}
