package io.kfac.optimizer;

import io.kfac.curvature.CurvatureKind;
import io.kfac.linalg.ConjugateGradients;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.LinearOperator;
import io.kfac.linalg.Precision;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Cost;
import io.kfac.objective.Evaluation;
import io.kfac.objective.Lines;
import io.kfac.objective.Objective;
import io.kfac.objective.Penalty;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.preconditioner.Preconditioner;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * Newton's method for models too wide for their Hessian: each step solves (H + mu I) d = -g by preconditioned conjugate gradients on
 * Fisher-vector products, one pass each (Martens 2010), until the residual is small. One pass then looks along the solution and along
 * the preconditioned gradient, so that a step is never lost; mu follows Levenberg and Marquardt by how far it was best to go. Undamped
 * steps overshoot where rows that are fitted already hide the curvature of rare features.
 *
 * <p>Ends on the Newton decrement relative to the loss, which the undamped solve of the next step brings along.
 */
public final class TruncatedNewtonOptimizer implements Optimizer {
    /** Residual, in the preconditioner's norm, at which a solve is good enough: what is left is the next step's. */
    private static final double FORCING = 0.1;

    private static final int MOST_PRODUCTS = 60;

    /** Loss changes below this share of the loss are rounding. */
    private static final double ROUNDING = 1e-14;

    /** Metrics are singular where models are over-complete: this much is added before factoring. */
    private static final double FLOOR = 1e-6;

    /** Where on its lines a step may end. */
    private static final List<Double> SHARES = List.of(1.0, 2.0, 4.0, 0.5, 0.25, 0.1, 0.03, 0.01);

    /** mu at the start, for features of unit variance; below the second one it is none at all. */
    private static final double FIRST_DAMPING = 1e-3;

    private static final double LEAST_DAMPING = 1e-7;
    private static final double OMEGA = 4;
    private static final int MOST_REJECTIONS = 8;

    /** A solve by fewer products shows that its preconditioner need not be taken anew. */
    private static final int FEW_PRODUCTS = 8;

    private final Network network;
    private final Penalty penalty;
    private final RowSelection rows;
    private final double tolerance;
    private final Preconditioner preconditioner;
    private final LongSupplier nanoClock;
    private final ConjugateGradients solver;
    private final Parameters parameters;
    private Optional<Point> point = Optional.empty();
    private Optional<String> stalled = Optional.empty();
    private double damping = FIRST_DAMPING;
    private double decrement = Double.POSITIVE_INFINITY;
    private boolean stale = true;
    private int rejections;
    private long step;
    private long passes;
    private double driverSeconds;
    private Cost costBefore = Cost.NONE;

    /** Mean loss and gradient, penalty in. */
    private record Point(double rows, double loss, Parameters gradient) {}

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
        if (network.depth() != 1) {
            throw new IllegalArgumentException(
                    "Cannot use Newton's method on a network %s: only without hidden layers is its Fisher the Hessian"
                            .formatted(network.widths()));
        }
        if (!(tolerance > 0)) {
            throw new IllegalArgumentException("Cannot use tolerance %s: it must be positive".formatted(tolerance));
        }
        if (penalty.l1() > 0) {
            throw new IllegalArgumentException("Cannot use absolute values in the penalty: their sum has no Hessian");
        }
        this.network = network;
        this.penalty = penalty;
        this.rows = rows;
        this.tolerance = tolerance;
        this.preconditioner = preconditioner;
        this.nanoClock = nanoClock;
        this.parameters = start.to(network, Precision.DOUBLE);
        this.solver = new ConjugateGradients(Precision.DOUBLE, 1, network.size(), MOST_PRODUCTS, FORCING);
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
        return point.map(p -> new Certificate(
                p.loss(),
                decrement,
                p.gradient().norm(),
                passes,
                decrement <= tolerance * Math.abs(p.loss()),
                stalled.orElse("stopped before it converged")));
    }

    @Override
    public Optional<StepReport> step(Objective objective) {
        if (point.isEmpty()) {
            point = Optional.of(look(objective, parameters, "gradient at the start"));
        }
        Point from = point.get();
        Parameters direction = Parameters.zeros(network, Precision.DOUBLE);
        ConjugateGradients.Outcome solved = solve(objective, from, direction);
        if (damping > 0 && solved.gain() <= tolerance * Math.abs(from.loss())) {
            // Damping hides some of what is left.
            damping = 0;
            solved = solve(objective, from, direction);
        }
        decrement = solved.gain();
        stale = solved.end() != ConjugateGradients.End.CONVERGED || solved.products() > FEW_PRODUCTS;
        if (solved.end() == ConjugateGradients.End.NOT_FINITE) {
            stalled = Optional.of("a Fisher product is not finite: check the data for huge values");
            return Optional.empty();
        }
        if (solved.end() == ConjugateGradients.End.CONVERGED && decrement <= tolerance * Math.abs(from.loss())) {
            stalled = Optional.of(
                    "converged: the Newton decrement is %.3g of the loss".formatted(decrement / Math.abs(from.loss())));
            return Optional.empty();
        }
        step++;
        Parameters descent = Parameters.zeros(network, Precision.DOUBLE);
        preconditioner.apply(from.gradient(), descent);
        descent.scale(-1);
        List<Parameters> directions = List.of(direction, descent);
        Evaluation losses = objective.evaluate(
                "step %d: line search".formatted(step),
                new Query(parameters, rows, Request.lossOnLines(new Lines(directions, SHARES))));
        passes++;
        LineSearch.Best best = LineSearch.best(network, penalty, parameters, directions, SHARES, losses);
        double actual = best.loss() - from.loss();
        boolean accepted = actual < -ROUNDING * Math.abs(from.loss());
        double share = best.direction() == 0 ? best.share() : 0;
        stale |= !(share >= 0.5 && share <= 2);
        if (accepted) {
            parameters.copyFrom(best.point());
            point = Optional.of(look(objective, parameters, "step %d: gradient".formatted(step)));
            rejections = 0;
        } else if (++rejections == MOST_REJECTIONS || decrement <= ROUNDING * Math.abs(from.loss())) {
            stalled = Optional.of("no step lowers the loss any more: the Newton decrement is %.3g of it"
                    .formatted(decrement / Math.abs(from.loss())));
        }
        // By the quadratic model along the solution, of which the solve knows slope and gain.
        double slope = from.gradient().dot(direction);
        double curvature = -2 * (slope + solved.gain()) - damping * direction.dot(direction);
        double predicted = share * slope + share * share * curvature / 2;
        StepReport report = report(objective, from, actual / predicted, share, accepted);
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

    private ConjugateGradients.Outcome solve(Objective objective, Point from, Parameters direction) {
        int[] products = {0};
        LinearOperator hessian = (v, out) -> {
            products[0]++;
            passes++;
            Parameters along = Parameters.of(network, v);
            String purpose = "step %d: Fisher product %d".formatted(step + 1, products[0]);
            Evaluation sums = objective.evaluate(purpose, new Query(parameters, rows, Request.fisherTimes(along)));
            Parameters product = sums.product().orElseThrow();
            product.scale(1 / sums.weight());
            penalty.addGradient(network, along, product);
            product.add(damping, along);
            out.copyFrom(product.flat());
        };
        LinearOperator inverse = (v, out) -> {
            long start = nanoClock.getAsLong();
            preconditioner.apply(Parameters.of(network, v), Parameters.of(network, out));
            driverSeconds += (nanoClock.getAsLong() - start) * 1e-9;
        };
        refresh();
        DoubleMatrix target = DoubleMatrix.zeros(1, network.size());
        target.add(-1, from.gradient().flat());
        return solver.solve(hessian, inverse, target, Double.POSITIVE_INFINITY, FORCING, direction.flat());
    }

    private Point look(Objective objective, Parameters at, String purpose) {
        var statistics = stale
                ? preconditioner.statistics(step, objective.rows() * rows.fraction())
                : Optional.<CurvatureKind>empty();
        Evaluation sums = objective.evaluate(purpose, new Query(at, rows, Request.gradientAnd(statistics)));
        passes++;
        if (passes == 1) {
            NonFinite.check(network, sums, step + 1);
        }
        double loss = penalty.meanLoss(network, at, sums);
        if (Double.isFinite(loss)) {
            preconditioner.accumulate(sums.curvature(), sums.gradient().orElseThrow());
        }
        return new Point(sums.rows(), loss, penalty.meanGradient(network, at, sums));
    }

    private void refresh() {
        long start = nanoClock.getAsLong();
        preconditioner.refresh(damping + FLOOR, penalty.diagonal(network));
        driverSeconds += (nanoClock.getAsLong() - start) * 1e-9;
    }

    private StepReport report(Objective objective, Point from, double rho, double share, boolean accepted) {
        Cost total = objective.cost();
        Cost spent = total.minus(costBefore);
        costBefore = total;
        StepReport report = new StepReport(
                step,
                passes,
                from.rows(),
                from.loss(),
                OptionalDouble.empty(),
                from.gradient().norm(),
                damping,
                rho,
                Double.NaN,
                Double.NaN,
                share,
                0,
                accepted,
                driverSeconds,
                spent,
                total.jobs(),
                total.bytes());
        driverSeconds = 0;
        return report;
    }
}
