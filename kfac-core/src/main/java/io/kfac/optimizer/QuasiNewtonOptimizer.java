package io.kfac.optimizer;

import io.kfac.curvature.CurvatureKind;
import io.kfac.linalg.DoubleMatrix;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * L-BFGS (Liu and Nocedal 1989) on all rows, and OWL-QN (Andrew and Gao 2007) where the penalty has absolute values: for models too
 * wide for their Hessian. Where no step has been yet, an approximation of the Fisher stands for the Hessian, taken at the start and after
 * 1, 2, 4, 8, 16, 32, 48, ... steps. A pass a step; a second one where the whole step does not lower the loss enough.
 */
public final class QuasiNewtonOptimizer implements Optimizer {
    private static final int MEMORY = 20;

    /** Steps after which the approximation of the Fisher is taken anew. */
    private static final int REFRESH = 16;

    /** Metrics are singular where models are over-complete: this much is added before factoring. */
    private static final double FLOOR = 1e-6;

    /** Tried together where a whole step fails. */
    private static final List<Double> SHARES = List.of(0.5, 0.25, 0.1, 0.03, 0.01, 1e-3, 1e-4);

    /** Share of the decrease along the slope that a step must bring (Armijo). */
    private static final double SUFFICIENT = 1e-4;

    /** Steps in a row that must gain less than the tolerance: one may be a bad step. */
    private static final int LOOKS = 5;

    private final Network network;
    private final Penalty penalty;
    private final RowSelection rows;
    private final double tolerance;
    private final Preconditioner preconditioner;
    private final LongSupplier nanoClock;
    private final InverseHessian inverse = new InverseHessian(MEMORY);
    private final double[] thresholds;
    private Parameters parameters;
    private Optional<Point> point = Optional.empty();
    private Optional<String> stalled = Optional.empty();
    private int flat;
    private double decrement = Double.NaN;
    private long step;
    private long passes;
    private Cost costBefore = Cost.NONE;

    /** Mean loss, penalty in, and the gradient of the smooth part. */
    private record Point(double rows, double loss, Parameters gradient) {}

    /**
     * @param tolerance      ends where five steps in a row gained at most this share of the loss
     * @param preconditioner the approximation of the Fisher; {@link io.kfac.preconditioner.IdentityPreconditioner} for plain L-BFGS
     */
    public QuasiNewtonOptimizer(
            Network network,
            Parameters start,
            Penalty penalty,
            RowSelection rows,
            double tolerance,
            Preconditioner preconditioner,
            LongSupplier nanoClock) {
        if (!(tolerance > 0)) {
            throw new IllegalArgumentException("Cannot use tolerance %s: it must be positive".formatted(tolerance));
        }
        this.network = network;
        this.penalty = penalty;
        this.rows = rows;
        this.tolerance = tolerance;
        this.preconditioner = preconditioner;
        this.nanoClock = nanoClock;
        this.thresholds = penalty.thresholds(network);
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

    /** Its decrement is in the metric of the last steps: an estimate, where Newton's is exact. */
    @Override
    public Optional<Certificate> certificate() {
        return point.map(p -> new Certificate(
                p.loss(),
                decrement,
                NewtonDirection.leastSubgradient(network, p.gradient(), parameters, penalty),
                passes,
                flat >= LOOKS || decrement <= tolerance * Math.abs(p.loss()),
                stalled.orElse("stopped before it converged")));
    }

    @Override
    public Optional<StepReport> step(Objective objective) {
        if (point.isEmpty()) {
            point = Optional.of(look(objective, parameters, "gradient at the start"));
        }
        step++;
        long start = nanoClock.getAsLong();
        Point from = point.get();
        double[] x = parameters.toArray();
        double[] steepest = steepest(from.gradient().toArray(), x);
        double[] direction = direction(steepest);
        double slope = -dot(steepest, direction);
        decrement = -slope / 2;
        double seconds = (nanoClock.getAsLong() - start) * 1e-9;

        Parameters trial = moved(x, direction, steepest, 1);
        Point to = look(objective, trial, "step %d: gradient".formatted(step));
        double share = 1;
        if (!(to.loss() <= from.loss() + SUFFICIENT * slope)) {
            share = search(objective, x, direction, steepest);
            trial = moved(x, direction, steepest, share);
            to = look(objective, trial, "step %d: gradient of the shorter step".formatted(step));
        }
        boolean accepted = to.loss() < from.loss();
        if (accepted) {
            learn(trial, to, from);
            flat = from.loss() - to.loss() <= tolerance * Math.abs(from.loss()) ? flat + 1 : 0;
            parameters = trial;
            point = Optional.of(to);
        }
        if (flat >= LOOKS) {
            stalled = Optional.of("converged: %d steps gained less than %.3g of the loss".formatted(LOOKS, tolerance));
        } else if (!accepted) {
            stalled = Optional.of("no step lowers the loss any more");
        }
        return Optional.of(
                report(objective, from, (to.loss() - from.loss()) / (share * slope), share, accepted, seconds));
    }

    private void learn(Parameters trial, Point to, Point from) {
        DoubleMatrix moved = DoubleMatrix.zeros(1, network.size());
        moved.copyFrom(trial.flat());
        moved.add(-1, parameters.flat());
        DoubleMatrix change = DoubleMatrix.zeros(1, network.size());
        change.copyFrom(to.gradient().flat());
        change.add(-1, from.gradient().flat());
        inverse.learn(moved, change);
    }

    private DoubleMatrix preconditioned(DoubleMatrix v) {
        DoubleMatrix out = DoubleMatrix.zeros(1, network.size());
        preconditioner.apply(Parameters.of(network, v), Parameters.of(network, out));
        return out;
    }

    /** The direction of steepest descent: minus the shortest subgradient. */
    private double[] steepest(double[] gradient, double[] x) {
        for (int i = 0; i < gradient.length; i++) {
            double g = -gradient[i];
            double t = thresholds[i];
            if (x[i] != 0) {
                gradient[i] = g - Math.copySign(t, x[i]);
            } else {
                gradient[i] = Math.copySign(Math.max(0, Math.abs(g) - t), g);
            }
        }
        return gradient;
    }

    /** H steepest, without the components that would go against it where absolute values bend. */
    private double[] direction(double[] steepest) {
        double[] direction = inverse.times(
                        new DoubleMatrix(steepest, 0, 1, steepest.length, steepest.length), this::preconditioned)
                .data();
        for (int i = 0; i < direction.length; i++) {
            if (thresholds[i] > 0 && direction[i] * steepest[i] <= 0) {
                direction[i] = 0;
            }
        }
        return direction;
    }

    /** x + share d, ending at 0 where a penalised coordinate would change its sign. */
    private Parameters moved(double[] x, double[] direction, double[] steepest, double share) {
        double[] next = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            next[i] = x[i] + share * direction[i];
            double side = x[i] != 0 ? x[i] : steepest[i];
            if (thresholds[i] > 0 && next[i] * side < 0) {
                next[i] = 0;
            }
        }
        return Parameters.of(network, next);
    }

    /** The share of the failed step with the lowest loss; all on one line where nothing ends at 0 on the way. */
    private double search(Objective objective, double[] x, double[] direction, double[] steepest) {
        passes++;
        String purpose = "step %d: line search".formatted(step);
        if (penalty.l1() == 0 && network.depth() == 1) {
            List<Parameters> line = List.of(Parameters.of(network, direction));
            Query query = new Query(parameters, rows, Request.lossOnLines(new Lines(line, SHARES)));
            Evaluation answer = objective.evaluate(purpose, query);
            return LineSearch.best(network, penalty, parameters, line, SHARES, answer)
                    .share();
        }
        List<Query> queries = new ArrayList<>();
        for (double share : SHARES) {
            queries.add(new Query(moved(x, direction, steepest, share), rows, Request.loss()));
        }
        List<Evaluation> answers = objective.evaluate(purpose, queries);
        double best = SHARES.get(0);
        double least = Double.POSITIVE_INFINITY;
        for (int q = 0; q < queries.size(); q++) {
            double loss = penalty.meanLoss(network, queries.get(q).at(), answers.get(q));
            if (loss < least) {
                least = loss;
                best = SHARES.get(q);
            }
        }
        return best;
    }

    private Point look(Objective objective, Parameters at, String purpose) {
        var statistics = (step & (step - 1)) == 0 || step % REFRESH == 0
                ? preconditioner.statistics(step, objective.rows() * rows.fraction())
                : Optional.<CurvatureKind>empty();
        Evaluation sums = objective.evaluate(purpose, new Query(at, rows, Request.gradientAnd(statistics)));
        passes++;
        if (passes == 1) {
            NonFinite.check(network, sums, step + 1);
        }
        double loss = penalty.meanLoss(network, at, sums);
        if (Double.isFinite(loss) && (step == 0 || statistics.isPresent())) {
            preconditioner.accumulate(sums.curvature(), sums.gradient().orElseThrow());
            preconditioner.refresh(FLOOR, penalty.diagonal(network));
        }
        return new Point(sums.rows(), loss, penalty.meanGradient(network, at, sums));
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private StepReport report(
            Objective objective, Point from, double rho, double share, boolean accepted, double seconds) {
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
                0,
                rho,
                Double.NaN,
                Double.NaN,
                share,
                0,
                accepted,
                seconds,
                spent,
                total.jobs(),
                total.bytes());
    }
}
