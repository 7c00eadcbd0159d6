package io.kfac.optimizer;

import io.kfac.curvature.CurvatureKind;
import io.kfac.family.CounterRandom;
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
import java.util.function.DoubleConsumer;
import java.util.function.LongSupplier;

/**
 * The step rule that needs no tuning (Martens and Grosse 2015, sec. 6 and 7): any preconditioner gives the direction, the
 * exact quadratic model the step size and the momentum, Levenberg-Marquardt the damping, and noise the batch size. Two passes
 * a step: the first brings loss, gradient and statistics and judges the step before; the second the model's scalars.
 */
public final class AdaptiveOptimizer implements Optimizer {
    /** Share of the batch on which Fisher products are measured, and the least and the most rows that it takes. */
    private static final double PRODUCT_SHARE = 0.25;

    private static final double PRODUCT_ROWS = 1_000;
    private static final double MOST_PRODUCT_ROWS = 8_000;

    /** The same for the measured KL, which is only reported. */
    private static final double KL_SHARE = 1.0 / 16;

    private static final double KL_ROWS = 256;

    /** Rows on which the initial damping is searched for: what a step gains differs by far more than their noise. */
    private static final double SEARCH_ROWS = 2_000;

    private static final int MAX_REJECTIONS = 20;

    /** A predicted gain below this share of the loss cannot be told from rounding when the step is judged. */
    private static final double ROUNDING = 1e-13;

    private final Network network;
    private final Preconditioner preconditioner;
    private final RunOptions run;
    private final AdaptiveOptions options;
    private final LongSupplier nanoClock;
    private final Parameters parameters;
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
    private boolean stale;
    private double factorDamping;
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
            RunOptions run,
            AdaptiveOptions options,
            LongSupplier nanoClock) {
        this.network = network;
        this.preconditioner = preconditioner;
        this.run = run;
        this.options = options;
        this.nanoClock = nanoClock;
        this.parameters = start.to(network, Precision.DOUBLE);
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
    public Optional<Preconditioner> preconditioner() {
        return Optional.of(preconditioner);
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
        Optional<CurvatureKind> statistics = preconditioner.statistics(
                CounterRandom.key(run.seed(), CounterRandom.mix(++draws)), batch.fraction() * trainingRows(objective));
        List<Query> queries = new ArrayList<>();
        queries.add(new Query(parameters, batch, Request.gradientAnd(statistics)));
        trial.ifPresent(t -> queries.addAll(judgingQueries(t, batch, objective)));
        List<Evaluation> answers = objective.evaluate("step %d: gradient".formatted(step + 1), queries);

        Optional<StepReport> report =
                trial.map(t -> judge(t, answers.subList(1, answers.size()), answers.get(0), objective));
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
            List<Query> queries = new ArrayList<>(List.of(new Query(parameters, next, Request.loss())));
            queries.addAll(judgingQueries(t, next, objective));
            List<Evaluation> answers = objective.evaluate("step %d: judge".formatted(step), queries);
            StepReport judged = judge(t, answers.subList(1, answers.size()), answers.get(0), objective);
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
            schedule = Optional.of(new BatchSchedule(
                    run.seed(),
                    run.validation(),
                    options.batchRows() / trainingRows(objective),
                    options.maxBatchShare()));
        }
        return schedule.get();
    }

    /**
     * The trial's KL on its own rows; unless both batches are all rows, its loss on its own rows too, and the loss before it on
     * rows that it has not seen.
     */
    private List<Query> judgingQueries(Trial t, RowSelection next, Objective objective) {
        RowSelection own = t.from().batch();
        List<Query> queries = new ArrayList<>();
        queries.add(new Query(
                parameters, share(own, t.from().rows(), KL_SHARE, KL_ROWS), Request.divergenceFrom(t.before())));
        if (!own.sameRowsAs(next)) {
            RowSelection fresh = freshRows(next, objective);
            queries.add(new Query(parameters, own, Request.loss()));
            queries.add(new Query(t.before(), fresh, Request.loss()));
            if (!fresh.equals(next)) {
                queries.add(new Query(parameters, fresh, Request.loss()));
            }
        }
        return queries;
    }

    private RowSelection freshRows(RowSelection next, Objective objective) {
        return NoiseMonitor.freshRows(next, trainingRows(objective));
    }

    private double trainingRows(Objective objective) {
        return objective.rows() * (1 - run.validation());
    }

    /** @param next the answer on the next batch, whose loss stands in where all of it is fresh, or is the trial's own rows */
    private StepReport judge(Trial t, List<Evaluation> answers, Evaluation next, Objective objective) {
        Penalty penalty = run.penalty();
        Evaluation own = answers.size() > 1 ? answers.get(1) : next;
        double actual = penalty.meanLoss(network, parameters, own) - t.from().loss();
        double rho = actual / t.model().predicted();
        boolean accepted = actual <= rounding(t.from().loss());
        LevenbergMarquardt lambda = damping.orElseThrow();
        damping = Optional.of(accepted ? lambda.adapt(rho) : lambda.rejected());
        rejections = accepted ? 0 : rejections + 1;
        if (rejections > MAX_REJECTIONS || (!accepted && lambda.atLimit())) {
            stalled = Optional.of("no step lowers the loss any more (%d were tried in a row)".formatted(rejections));
        }
        if (accepted && answers.size() > 2) {
            double after = (answers.size() > 3 ? answers.get(3) : next).meanLoss();
            double penaltyChange = penalty.value(network, parameters) - penalty.value(network, t.before());
            double fresh = after - answers.get(2).meanLoss() + penaltyChange;
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
                answers.get(0).divergence() / answers.get(0).weight(),
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
        stale = true;
        factorDamping *= LevenbergMarquardt.REJECTED;
        return t.from();
    }

    /** Merges a batch's sums at the current point. */
    private Point arrive(RowSelection batch, Evaluation evaluation, BatchSchedule batches) {
        NonFinite.check(network, evaluation, step + 1);
        batches.advance(batch);
        Parameters gradient = run.penalty().meanGradient(network, parameters, evaluation);
        preconditioner.learn(evaluation.curvature(), gradient);
        return new Point(batch, evaluation.rows(), run.penalty().meanLoss(network, parameters, evaluation), gradient);
    }

    private void propose(Point point, Objective objective) {
        step++;
        boolean first = damping.isEmpty();
        double share = 1;
        if (first) {
            DampingSearch.Found found = initialDamping(point, objective);
            damping = Optional.of(LevenbergMarquardt.of(found.damping()));
            share = found.share();
            factorDamping = damping.get().value() + run.penalty().lambda();
        }
        boolean due = first || stale || step <= 3 || options.refresh().due(step + 1, preconditioner);
        DoubleConsumer damp = due ? this::refresh : preconditioner::damp;
        boolean compete = due ? !first && !stale : preconditioner.damp(factorDamping);
        List<Double> candidates = compete ? DampingCandidates.around(factorDamping) : List.of(factorDamping);
        List<Parameters> directions = new ArrayList<>();
        for (double candidate : candidates) {
            damp.accept(candidate);
            directions.add(direction(point));
        }
        List<Parameters> asked = new ArrayList<>(directions);
        if (moved) {
            asked.add(previousStep);
        }
        Evaluation products = objective.evaluate(
                "step %d: curvature".formatted(step),
                new Query(
                        parameters,
                        share(
                                point.batch(),
                                point.rows(),
                                Math.min(PRODUCT_SHARE, MOST_PRODUCT_ROWS / point.rows()),
                                PRODUCT_ROWS),
                        Request.fisherProducts(asked)));
        DirectionProducts known = DirectionProducts.of(
                network,
                run.penalty(),
                point.gradient(),
                asked,
                moved,
                products,
                damping.orElseThrow().value());
        int best = 0;
        QuadraticModel model = known.model(0);
        for (int i = 1; i < candidates.size(); i++) {
            QuadraticModel other = known.model(i);
            if (other.value() < model.value()) {
                model = other;
                best = i;
            }
        }
        if (!(model.predicted() < -ROUNDING * Math.abs(point.loss()))) {
            stalled = Optional.of("the quadratic model sees nothing left to gain (gradient norm %.3g)"
                    .formatted(point.gradient().norm()));
            step--;
            return;
        }
        if (best != candidates.size() - 1) {
            damp.accept(candidates.get(best));
        }
        factorDamping = candidates.get(best);
        stale = false;
        move(point, model.shortened(share), directions.get(best));
    }

    /** Changes of a mean loss that its arithmetic cannot tell from none. */
    private double rounding(double loss) {
        return (network.precision() == Precision.FLOAT ? 1e-9 : 1e-16) * Math.abs(loss);
    }

    private Parameters direction(Point point) {
        long start = nanoClock.getAsLong();
        Parameters direction = Parameters.zeros(network, Precision.DOUBLE);
        preconditioner.apply(point.gradient(), direction);
        refreshSeconds += (nanoClock.getAsLong() - start) * 1e-9;
        return direction;
    }

    private void move(Point point, QuadraticModel model, Parameters direction) {
        Parameters before = parameters.copy(network);
        previousStep.scale(model.momentum());
        previousStep.add(model.stepSize(), direction);
        parameters.add(1, previousStep);
        moved = true;
        trial = Optional.of(
                new Trial(point, before, model, damping.orElseThrow().value(), refreshSeconds));
        refreshSeconds = 0;
    }

    private DampingSearch.Found initialDamping(Point point, Objective objective) {
        if (!Double.isNaN(options.damping())) {
            return new DampingSearch.Found(options.damping(), 1);
        }
        RowSelection next = schedule(objective).batch();
        RowSelection others = share(next, next.fraction() * trainingRows(objective), 0, SEARCH_ROWS);
        DampingSearch search = new DampingSearch(network, preconditioner, run.penalty());
        RowSelection products = share(point.batch(), point.rows(), 0, PRODUCT_ROWS);
        return search.run(objective, parameters, point.gradient(), products, others);
    }

    private void refresh(double candidate) {
        long start = nanoClock.getAsLong();
        preconditioner.refresh(candidate);
        refreshSeconds += (nanoClock.getAsLong() - start) * 1e-9;
    }

    /** A hashed share of the batch, or as much of it as makes the least number of rows. */
    private static RowSelection share(RowSelection batch, double rows, double least, double leastRows) {
        double share = Math.min(1, Math.max(least, leastRows / rows));
        return share >= 1 ? batch : batch.interval(batch.from(), batch.from() + share * batch.fraction());
    }
}
