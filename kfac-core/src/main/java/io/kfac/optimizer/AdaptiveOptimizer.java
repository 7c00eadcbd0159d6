package io.kfac.optimizer;

import io.kfac.curvature.CurvatureKind;
import io.kfac.family.CounterRandom;
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
import io.kfac.preconditioner.Preconditioner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * The step rule that needs no tuning (Martens and Grosse 2015, sec. 6 and 7): any preconditioner gives the direction, the
 * exact quadratic model the step size and the momentum, Levenberg-Marquardt the damping, and noise the batch size. Two passes
 * a step: the first brings loss, gradient and statistics and judges the step before; the second the model's scalars.
 */
public final class AdaptiveOptimizer implements Optimizer {
    /** Share of the batch on which Fisher products and the KL are measured, and the least number of rows for it. */
    private static final double PRODUCT_SHARE = 0.25;

    private static final double PRODUCT_ROWS = 1_000;
    private static final int MAX_REJECTIONS = 20;

    private final Network network;
    private final Preconditioner preconditioner;
    private final AdaptiveOptions options;
    private final LongSupplier nanoClock;
    private final Parameters parameters;
    private final Parameters direction;
    private final Parameters previousStep;
    private final NoiseMonitor noise = new NoiseMonitor();

    private Optional<BatchSchedule> schedule = Optional.empty();
    private Optional<LevenbergMarquardt> damping = Optional.empty();
    private Optional<Trial> trial = Optional.empty();
    private Optional<String> stalled = Optional.empty();
    private long step;
    private long draws;
    private int rejections;
    private boolean moved;
    private double refreshSeconds;
    private Cost costBefore = Cost.NONE;

    /** What is known at a point before its step: the batch, and the mean loss and gradient on it, penalty in. */
    private record Point(RowSelection batch, double rows, double loss, Parameters gradient) {}

    /** A step taken and not yet judged, with all that undoing it takes. */
    private record Trial(Point from, Parameters before, QuadraticModel model, double damping, double refreshSeconds) {}

    /**
     * @param start     where to start, in double; copied
     * @param nanoClock for the report's refresh seconds
     */
    public AdaptiveOptimizer(
            Network network,
            Parameters start,
            Preconditioner preconditioner,
            AdaptiveOptions options,
            LongSupplier nanoClock) {
        this.network = network;
        this.preconditioner = preconditioner;
        this.options = options;
        this.nanoClock = nanoClock;
        this.parameters = start.to(network, Precision.DOUBLE);
        this.direction = Parameters.zeros(network, Precision.DOUBLE);
        this.previousStep = Parameters.zeros(network, Precision.DOUBLE);
    }

    @Override
    public Parameters parameters() {
        return parameters;
    }

    @Override
    public Parameters settled() {
        return trial.map(Trial::before).orElse(parameters);
    }

    @Override
    public double epoch() {
        return schedule.map(BatchSchedule::epochs).orElse(0.0);
    }

    @Override
    public Optional<String> stalled() {
        return stalled;
    }

    @Override
    public Optional<StepReport> step(Objective objective) {
        BatchSchedule batches = schedule(objective);
        RowSelection batch = batches.batch();
        Optional<CurvatureKind> statistics =
                preconditioner.statistics(CounterRandom.key(options.seed(), CounterRandom.mix(++draws)));
        List<Query> queries = new ArrayList<>();
        queries.add(new Query(parameters, batch, Request.gradientAnd(statistics)));
        trial.ifPresent(t -> queries.addAll(judgingQueries(t, batch, objective)));
        List<Evaluation> answers = objective.evaluate("step %d: gradient".formatted(step + 1), queries);

        Optional<StepReport> report = trial.map(t -> judge(t, answers.subList(1, answers.size()), objective));
        Point point;
        if (report.isPresent() && !report.get().accepted()) {
            point = undo(trial.orElseThrow());
        } else {
            point = arrive(batch, answers.get(0), batches);
        }
        trial = Optional.empty();
        if (stalled.isEmpty()) {
            propose(point, objective);
        }
        return report;
    }

    @Override
    public Optional<StepReport> finish(Objective objective) {
        Optional<StepReport> report = trial.map(t -> {
            RowSelection next = schedule(objective).batch();
            List<Evaluation> answers =
                    objective.evaluate("step %d: judge".formatted(step), judgingQueries(t, next, objective));
            StepReport judged = judge(t, answers, objective);
            if (!judged.accepted()) {
                parameters.copyFrom(t.before());
            }
            return judged;
        });
        trial = Optional.empty();
        return report;
    }

    private BatchSchedule schedule(Objective objective) {
        if (schedule.isEmpty()) {
            double rows = objective.rows() * (1 - options.validation());
            schedule = Optional.of(new BatchSchedule(
                    options.seed(), options.validation(), options.batchRows() / rows, options.maxBatchShare()));
        }
        return schedule.get();
    }

    /** The trial's loss and KL on its own rows, and the losses before and after on rows it has not seen. */
    private List<Query> judgingQueries(Trial t, RowSelection next, Objective objective) {
        RowSelection own = t.from().batch();
        List<Query> queries = new ArrayList<>();
        queries.add(new Query(parameters, own, Request.loss()));
        queries.add(new Query(parameters, share(own, t.from().rows()), Request.divergenceFrom(t.before())));
        if (own.fraction() < 1) {
            RowSelection fresh = NoiseMonitor.freshRows(next, objective.rows() * (1 - options.validation()));
            queries.add(new Query(t.before(), fresh, Request.loss()));
            queries.add(new Query(parameters, fresh, Request.loss()));
        }
        return queries;
    }

    private StepReport judge(Trial t, List<Evaluation> answers, Objective objective) {
        Penalty penalty = options.penalty();
        double actual =
                penalty.meanLoss(network, parameters, answers.get(0)) - t.from().loss();
        double rho = actual / t.model().predicted();
        boolean accepted = actual <= 0;
        LevenbergMarquardt lambda = damping.orElseThrow();
        damping = Optional.of(accepted ? lambda.adapt(rho) : lambda.rejected());
        rejections = accepted ? 0 : rejections + 1;
        if (rejections > MAX_REJECTIONS || (!accepted && lambda.atLimit())) {
            stalled = Optional.of("no step lowers the loss any more (%d were tried in a row)".formatted(rejections));
        }
        if (accepted && answers.size() == 4) {
            double penaltyChange = penalty.value(network, parameters) - penalty.value(network, t.before());
            double fresh = answers.get(3).meanLoss() - answers.get(2).meanLoss() + penaltyChange;
            if (noise.tooNoisy(fresh, actual)) {
                schedule(objective).grow();
            }
        }
        Cost total = objective.cost();
        Cost spent = total.minus(costBefore);
        costBefore = total;
        return new StepReport(
                step,
                epoch(),
                t.from().rows(),
                t.from().loss(),
                OptionalDouble.empty(),
                t.from().gradient().norm(),
                t.damping(),
                rho,
                t.model().kl(),
                answers.get(1).divergence() / answers.get(1).weight(),
                t.model().stepSize(),
                t.model().momentum(),
                accepted,
                t.refreshSeconds(),
                spent,
                total.jobs(),
                total.bytes());
    }

    /** Back to where the trial started, momentum dropped; statistics of the refused point were never merged. */
    private Point undo(Trial t) {
        parameters.copyFrom(t.before());
        previousStep.fill(0);
        moved = false;
        refresh();
        return t.from();
    }

    /** Merges a batch's sums at the current point. */
    private Point arrive(RowSelection batch, Evaluation evaluation, BatchSchedule batches) {
        NonFinite.check(network, evaluation, step + 1);
        batches.advance(batch);
        Parameters gradient = options.penalty().meanGradient(network, parameters, evaluation);
        preconditioner.accumulate(evaluation.curvature(), gradient);
        return new Point(
                batch, evaluation.rows(), options.penalty().meanLoss(network, parameters, evaluation), gradient);
    }

    private void propose(Point point, Objective objective) {
        step++;
        if (damping.isEmpty()) {
            damping = Optional.of(initialDamping(point, objective));
            refresh();
        } else if (step <= 3 || step % options.refreshEvery() == 0) {
            refresh();
        }
        long start = nanoClock.getAsLong();
        preconditioner.apply(point.gradient(), direction);
        refreshSeconds += (nanoClock.getAsLong() - start) * 1e-9;
        List<Parameters> directions = moved ? List.of(direction, previousStep) : List.of(direction);
        Evaluation products = objective.evaluate(
                "step %d: curvature".formatted(step),
                new Query(parameters, share(point.batch(), point.rows()), Request.fisherProducts(directions)));
        QuadraticModel model = model(point, directions, products);
        if (!(model.predicted() < 0)) {
            stalled = Optional.of("the quadratic model sees nothing left to gain (gradient norm %.3g)"
                    .formatted(point.gradient().norm()));
            step--;
            return;
        }
        Parameters before = parameters.copy(network);
        previousStep.scale(model.momentum());
        previousStep.add(model.stepSize(), direction);
        parameters.add(1, previousStep);
        moved = true;
        trial = Optional.of(new Trial(point, before, model, damping.get().value(), refreshSeconds));
        refreshSeconds = 0;
    }

    private QuadraticModel model(Point point, List<Parameters> directions, Evaluation products) {
        double[] slopes = new double[2];
        DoubleMatrix fisher = DoubleMatrix.zeros(2, 2);
        DoubleMatrix penalty = DoubleMatrix.zeros(2, 2);
        DoubleMatrix identity = DoubleMatrix.zeros(2, 2);
        for (int i = 0; i < directions.size(); i++) {
            Parameters u = directions.get(i);
            slopes[i] = point.gradient().dot(u);
            for (int j = 0; j < directions.size(); j++) {
                Parameters v = directions.get(j);
                fisher.set(i, j, products.fisher().get(i, j) / products.weight());
                penalty.set(i, j, options.penalty().curvature(network, u, v));
                identity.set(i, j, u.dot(v));
            }
        }
        return QuadraticModel.minimize(
                slopes, fisher, penalty, identity, damping.orElseThrow().value());
    }

    private LevenbergMarquardt initialDamping(Point point, Objective objective) {
        if (!Double.isNaN(options.damping())) {
            return LevenbergMarquardt.of(options.damping());
        }
        BatchSchedule batches = schedule(objective);
        RowSelection others = point.batch().fraction() < 1
                ? NoiseMonitor.freshRows(batches.batch(), objective.rows() * (1 - options.validation()))
                : point.batch();
        DampingSearch search = new DampingSearch(network, preconditioner, options.penalty());
        return LevenbergMarquardt.of(
                search.run(objective, parameters, point.gradient(), share(point.batch(), point.rows()), others));
    }

    private void refresh() {
        long start = nanoClock.getAsLong();
        preconditioner.refresh(damping.orElseThrow().value() + options.penalty().lambda());
        refreshSeconds += (nanoClock.getAsLong() - start) * 1e-9;
    }

    /** A hashed quarter of the batch, or as many as make a thousand rows. */
    private static RowSelection share(RowSelection batch, double rows) {
        double share = Math.min(1, Math.max(PRODUCT_SHARE, PRODUCT_ROWS / rows));
        return share >= 1 ? batch : batch.interval(batch.from(), batch.from() + share * batch.fraction());
    }
}
