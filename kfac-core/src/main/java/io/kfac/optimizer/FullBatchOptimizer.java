package io.kfac.optimizer;

import io.kfac.curvature.CurvatureKind;
import io.kfac.linalg.ConjugateGradients;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.LinearOperator;
import io.kfac.linalg.Matrix;
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
import io.kfac.preconditioner.Preconditioner;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * What optimizers on all rows share that know the Hessian by its products alone: the point and the way from one to the next, solves
 * for Newton's step by preconditioned conjugate gradients, one pass a product (Martens 2010), and the certificate, which such a
 * solve at the point itself gives. With absolute values in the penalty it is a solve for the coordinates that are not held at zero; its
 * decrement is then too large where one of them would cross zero on the way.
 */
abstract sealed class FullBatchOptimizer implements Optimizer permits QuasiNewtonOptimizer, TruncatedNewtonOptimizer {
    /** Metrics are singular where models are over-complete: this much is added before factoring. */
    private static final double FLOOR = 1e-6;

    /** Share of a decrement that may be missing from it. */
    private static final double MISSING = 0.1;

    final Network network;
    final Penalty penalty;
    final RowSelection rows;
    final double tolerance;
    final Preconditioner preconditioner;
    final double[] thresholds;
    private final LongSupplier nanoClock;
    private final ConjugateGradients solver;
    private final double forcing;
    private Parameters parameters;
    private Optional<Point> point = Optional.empty();
    private Optional<Judgement> judgement = Optional.empty();
    private Optional<String> stalled = Optional.empty();
    private long step;
    private long passes;
    private double driverSeconds;
    private Cost costBefore = Cost.NONE;

    /** Mean loss, penalty in, and the gradient of its smooth part. */
    record Point(double rows, double weight, double loss, Parameters gradient) {}

    /** Of the current point. */
    record Judgement(ConjugateGradients.Outcome solved, Parameters newtonStep) {

        double decrement() {
            return solved.gain();
        }
    }

    /**
     * @param start        copied
     * @param rows         on which the loss is minimised
     * @param tolerance    converged where the decrement is at most this share of the loss
     * @param mostProducts of a solve
     * @param forcing      residual, in the preconditioner's norm, at which a solve is good enough
     */
    FullBatchOptimizer(
            Network network,
            Parameters start,
            Penalty penalty,
            RowSelection rows,
            double tolerance,
            Preconditioner preconditioner,
            LongSupplier nanoClock,
            int mostProducts,
            double forcing) {
        if (!(tolerance > 0)) {
            throw new IllegalArgumentException("Cannot use tolerance %s: it must be positive".formatted(tolerance));
        }
        this.network = network;
        this.penalty = penalty;
        this.rows = rows;
        this.tolerance = tolerance;
        this.preconditioner = preconditioner;
        this.thresholds = penalty.thresholds(network);
        this.nanoClock = nanoClock;
        this.forcing = forcing;
        this.parameters = start.to(network, Precision.DOUBLE);
        this.solver = new ConjugateGradients(Precision.DOUBLE, 1, network.size(), mostProducts, forcing);
    }

    @Override
    public final Parameters parameters() {
        return parameters;
    }

    @Override
    public final Parameters settled() {
        return parameters;
    }

    @Override
    public final double epoch() {
        return passes;
    }

    @Override
    public final Optional<String> stalled() {
        return stalled;
    }

    /** Where the run is stopped short, the last point is still to be judged. */
    @Override
    public final Optional<StepReport> finish(Objective objective) {
        if (convex() && point.isPresent() && judgement.isEmpty()) {
            judge(objective);
        }
        return Optional.empty();
    }

    @Override
    public final Optional<Certificate> certificate() {
        return point.filter(p -> convex())
                .map(p -> new Certificate(
                        p.loss(),
                        judgement.map(Judgement::decrement).orElse(Double.NaN),
                        descent().norm(),
                        passes,
                        converged(),
                        stalled.orElse("stopped before it converged")));
    }

    @Override
    public final Optional<LocalModel> localModel() {
        return point.flatMap(p -> judgement.map(j -> new LocalModel(p.weight(), Optional.empty(), j.newtonStep())));
    }

    /** Whether a decrement says how far the optimum is: with hidden layers there are many, and the Fisher is not the Hessian. */
    final boolean convex() {
        return network.depth() == 1;
    }

    final boolean started() {
        return point.isPresent();
    }

    final Point point() {
        return point.orElseThrow();
    }

    final long step() {
        return step;
    }

    final void beginStep() {
        step++;
    }

    final void countPass() {
        passes++;
    }

    final void end(String reason) {
        stalled = Optional.of(reason);
    }

    final void end(String format, double decrement) {
        end(format.formatted(decrement / Math.abs(point().loss())));
    }

    /** What was known of the point before does not hold of this one. */
    final void moveTo(Parameters next, Point there) {
        parameters = next;
        point = Optional.of(there);
        judgement = Optional.empty();
    }

    /** Solves for Newton's step and its decrement at the point. */
    final Judgement judge(Objective objective) {
        refresh(0);
        Parameters newtonStep = Parameters.zeros(network, Precision.DOUBLE);
        ConjugateGradients.Outcome solved = solver.solveForGain(
                hessian(objective, 0), inverse(), descent().flat(), forcing, MISSING, newtonStep.flat());
        judgement = Optional.of(new Judgement(solved, newtonStep));
        return judgement();
    }

    final Judgement judgement() {
        return judgement.orElseThrow();
    }

    /** Whether the point's decrement is known, and within the tolerance. */
    final boolean converged() {
        return judgement
                .filter(j -> j.solved().end() == ConjugateGradients.End.CONVERGED
                        && j.decrement() <= tolerance * Math.abs(point().loss()))
                .isPresent();
    }

    /** Minus the shortest subgradient: minus the gradient where no absolute values are penalised. */
    final Parameters descent() {
        if (penalty.l1() == 0) {
            Parameters steepest = point().gradient().copy(network);
            steepest.scale(-1);
            return steepest;
        }
        double[] descent = point().gradient().toArray();
        double[] x = parameters.toArray();
        for (int i = 0; i < descent.length; i++) {
            double g = -descent[i];
            double t = thresholds[i];
            descent[i] = x[i] != 0 ? g - Math.copySign(t, x[i]) : Math.copySign(Math.max(0, Math.abs(g) - t), g);
        }
        return Parameters.of(network, descent);
    }

    /**
     * (H + mu I) d = {@link #descent}, for the coordinates that are free to move.
     * @param direction d; overwritten
     */
    final ConjugateGradients.Outcome solve(Objective objective, double damping, Parameters direction) {
        return solver.solve(
                hessian(objective, damping),
                inverse(),
                descent().flat(),
                Double.POSITIVE_INFINITY,
                forcing,
                direction.flat());
    }

    private LinearOperator hessian(Objective objective, double damping) {
        boolean[] held = held();
        String purpose = "step %d".formatted(step + 1);
        LinearOperator products = new FisherProducts(objective, purpose, penalty, parameters, rows, damping);
        return (v, out) -> {
            passes++;
            products.apply(v, out);
            hold(held, out);
        };
    }

    private LinearOperator inverse() {
        boolean[] held = held();
        return (v, out) -> {
            long start = nanoClock.getAsLong();
            preconditioner.apply(Parameters.of(network, v), Parameters.of(network, out));
            hold(held, out);
            driverSeconds += (nanoClock.getAsLong() - start) * 1e-9;
        };
    }

    /** Coordinates at zero that the penalty's absolute values keep there; none where there are no such values. */
    private boolean[] held() {
        if (penalty.l1() == 0) {
            return new boolean[0];
        }
        boolean[] held = new boolean[network.size()];
        double[] x = parameters.toArray();
        double[] toward = descent().toArray();
        for (int i = 0; i < held.length; i++) {
            held[i] = x[i] == 0 && toward[i] == 0;
        }
        return held;
    }

    private static void hold(boolean[] held, Matrix vector) {
        for (int i = 0; i < held.length; i++) {
            if (held[i]) {
                vector.set(0, i, 0);
            }
        }
    }

    /** @param fresh whether the preconditioner is to take in the curvature at the point */
    final Point look(Objective objective, Parameters at, String purpose, boolean fresh) {
        var statistics = fresh
                ? preconditioner.statistics(step, objective.rows() * rows.fraction())
                : Optional.<CurvatureKind>empty();
        Evaluation sums = objective.evaluate(purpose, new Query(at, rows, Request.gradientAnd(statistics)));
        passes++;
        if (passes == 1) {
            NonFinite.check(network, sums, step + 1);
        }
        double loss = penalty.meanLoss(network, at, sums);
        if (fresh && Double.isFinite(loss)) {
            preconditioner.learn(sums.curvature(), sums.gradient().orElseThrow());
        }
        return new Point(sums.rows(), sums.weight(), loss, penalty.meanGradient(network, at, sums));
    }

    final void refresh(double damping) {
        long start = nanoClock.getAsLong();
        preconditioner.refresh(damping + FLOOR, penalty.diagonal(network));
        driverSeconds += (nanoClock.getAsLong() - start) * 1e-9;
    }

    final DoubleMatrix preconditioned(Matrix v) {
        long start = nanoClock.getAsLong();
        DoubleMatrix out = DoubleMatrix.zeros(1, network.size());
        preconditioner.apply(Parameters.of(network, v), Parameters.of(network, out));
        driverSeconds += (nanoClock.getAsLong() - start) * 1e-9;
        return out;
    }

    final StepReport report(
            Objective objective, Point from, double damping, double rho, double share, boolean accepted) {
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
