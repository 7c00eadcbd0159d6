package io.kfac.optimizer;

import io.kfac.curvature.CurvatureKind;
import io.kfac.family.CounterRandom;
import io.kfac.linalg.ConjugateGradients;
import io.kfac.linalg.Precision;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Cost;
import io.kfac.objective.Evaluation;
import io.kfac.objective.Objective;
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
 * The exact natural gradient of models of any size, as far as a few conjugate gradients get: F x = gradient is solved by Fisher
 * products, and a {@link StepRegion} says how far along -x a step goes. With a radius in KL it is the step of TRPO (Schulman et al.
 * 2015), with damping by reduction ratio it is Hessian-free optimization (Martens 2010). A preconditioner shortens the solves.
 *
 * <p>A pass for the gradient, one a product, one for the length of x and one, seldom more, for the trial points. Loss and divergence
 * are judged on all of the step's own rows, products are taken on a part of them.
 */
public final class TruncatedNaturalGradient implements Optimizer {
    /** Points that are sent and looked at in one pass. */
    public static final int TRIAL_POINTS = TrialLadder.RUNGS;

    /** Share of the batch on which Fisher products are measured, and the least rows that it takes. */
    private static final double PRODUCT_SHARE = 0.25;

    private static final double PRODUCT_ROWS = 1_000;

    /** Rows on which the initial damping is searched for. */
    private static final double SEARCH_ROWS = 2_000;

    /** Metrics are singular where models are over-complete: this much is added before factoring. */
    private static final double FLOOR = 1e-6;

    private static final int MAX_REJECTIONS = 8;

    private final Network network;
    private final Preconditioner preconditioner;
    private final RunOptions run;
    private final TruncatedOptions options;
    private final LongSupplier nanoClock;
    private final FisherSystem system;
    private final Parameters parameters;
    private final Parameters solution;
    private final NoiseMonitor noise = new NoiseMonitor();
    private Optional<BatchSchedule> schedule = Optional.empty();
    private Optional<Moved> moved = Optional.empty();
    private Optional<String> stalled = Optional.empty();
    private double damping = Double.NaN;
    private long step;
    private int rejections;
    private double refreshSeconds;
    private Cost costBefore = Cost.NONE;

    /** A point before its step: the batch, and the mean loss and gradient on it, penalty in. */
    private record Point(RowSelection batch, double rows, double loss, Parameters gradient) {}

    /** The last step, until new rows have said what it was worth. @param change of the loss on its own rows */
    private record Moved(Parameters before, RowSelection own, double change) {}

    /**
     * @param start          where to start, in double; copied
     * @param preconditioner of the solves
     * @param nanoClock      for the report's refresh seconds
     */
    public TruncatedNaturalGradient(
            Network network,
            Parameters start,
            Preconditioner preconditioner,
            RunOptions run,
            TruncatedOptions options,
            LongSupplier nanoClock) {
        this.network = network;
        this.preconditioner = preconditioner;
        this.run = run;
        this.options = options;
        this.nanoClock = nanoClock;
        this.parameters = start.to(network, Precision.DOUBLE);
        this.solution = Parameters.zeros(network, Precision.DOUBLE);
        this.system =
                new FisherSystem(network, run.penalty(), preconditioner, options.maxProducts(), options.tolerance());
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
    public Optional<StepReport> finish(Objective objective) {
        return Optional.empty();
    }

    @Override
    public Optional<StepReport> step(Objective objective) {
        step++;
        Point point = look(objective);
        if (Double.isNaN(damping)) {
            damping = Double.isNaN(options.region().damping())
                    ? search(objective, point)
                    : options.region().damping();
        }
        refresh();
        RowSelection measured = point.batch().part(Math.max(PRODUCT_SHARE, PRODUCT_ROWS / point.rows()));
        solve(objective, point, measured);
        Evaluation length = objective.evaluate(
                "step %d: length".formatted(step),
                new Query(parameters, measured, Request.fisherProducts(List.of(solution))));
        double squared = length.fisher().get(0, 0) / length.weight();
        if (!(squared > 0)) {
            stalled = Optional.of("the gradient has nothing left in the Fisher metric (its norm is %.3g)"
                    .formatted(point.gradient().norm()));
            step--;
            return Optional.empty();
        }
        return Optional.of(move(objective, point, squared));
    }

    private void solve(Objective objective, Point point, RowSelection measured) {
        boolean warm = options.region().startsWarm() && solution.norm() > 0;
        ConjugateGradients.Outcome solved = system.solve(
                objective, "step %d".formatted(step), parameters, measured, damping, point.gradient(), warm, solution);
        if (solved.end() == ConjugateGradients.End.NOT_FINITE) {
            throw new ArithmeticException(
                    ("Cannot take step %d: a Fisher product is not finite. Standardize the features, or compute in double"
                                    + " (--set model.precision=double)")
                            .formatted(step));
        }
    }

    /** Gradient and statistics at the point, and what the last step was worth on rows that it has not seen. */
    private Point look(Objective objective) {
        BatchSchedule batches = schedule(objective);
        RowSelection batch = batches.batch();
        Optional<CurvatureKind> statistics = preconditioner.statistics(
                CounterRandom.key(run.seed(), CounterRandom.mix(step)), batch.fraction() * trainingRows(objective));
        List<Query> queries = new ArrayList<>(List.of(new Query(parameters, batch, Request.gradientAnd(statistics))));
        Optional<Moved> last = moved.filter(m -> !m.own().sameRowsAs(batch));
        last.ifPresent(m -> {
            RowSelection fresh = NoiseMonitor.freshRows(batch, trainingRows(objective));
            queries.add(new Query(m.before(), fresh, Request.loss()));
            queries.add(new Query(parameters, fresh, Request.loss()));
        });
        List<Evaluation> answers = objective.evaluate("step %d: gradient".formatted(step), queries);
        NonFinite.check(network, answers.get(0), step);
        batches.advance(batch);
        last.ifPresent(m -> {
            double fresh = run.penalty().meanLoss(network, parameters, answers.get(2))
                    - run.penalty().meanLoss(network, m.before(), answers.get(1));
            if (noise.tooNoisy(fresh, m.change())) {
                batches.grow();
            }
        });
        Parameters gradient = run.penalty().meanGradient(network, parameters, answers.get(0));
        preconditioner.accumulate(answers.get(0).curvature(), gradient);
        return new Point(
                batch, answers.get(0).rows(), run.penalty().meanLoss(network, parameters, answers.get(0)), gradient);
    }

    private double search(Objective objective, Point point) {
        RowSelection products = point.batch().part(PRODUCT_ROWS / point.rows());
        RowSelection next = schedule(objective).batch();
        RowSelection others = next.part(SEARCH_ROWS / (next.fraction() * trainingRows(objective)));
        return new DampingSearch(network, preconditioner, run.penalty())
                .run(objective, parameters, point.gradient(), products, others)
                .damping();
    }

    private void refresh() {
        long start = nanoClock.getAsLong();
        preconditioner.refresh(damping + run.penalty().lambda() + FLOOR);
        refreshSeconds = (nanoClock.getAsLong() - start) * 1e-9;
    }

    /** @param squared x'F x of the solution x */
    private StepReport move(Objective objective, Point point, double squared) {
        Parameters direction = solution.copy(network);
        direction.scale(-1);
        TrialLadder ladder = TrialLadder.climb(
                objective,
                "step %d: trial points".formatted(step),
                run.penalty(),
                point.batch(),
                parameters,
                point.loss(),
                direction,
                options.region().lengths(squared),
                options.region().radius());
        double slope = point.gradient().dot(direction);
        double curvature = squared + run.penalty().curvature(network, direction, direction);
        boolean accepted = ladder.best().isPresent();
        TrialLadder.Rung rung = ladder.best().orElse(ladder.first());
        StepReport report = report(
                objective,
                point,
                ratio(rung, point, slope, curvature),
                accepted ? rung.length() : 0,
                accepted ? rung.length() * rung.length() * squared / 2 : 0,
                accepted ? rung.kl() : 0);
        double before = damping;
        damping = options.region().next(damping, ratio(ladder.first(), point, slope, curvature), accepted);
        if (accepted) {
            moved = Optional.of(new Moved(parameters.copy(network), point.batch(), rung.loss() - point.loss()));
            parameters.copyFrom(rung.point());
            rejections = 0;
        } else {
            moved = Optional.empty();
            solution.fill(0);
            boolean again = damping != before
                    || !point.batch().sameRowsAs(schedule(objective).batch());
            if (++rejections == MAX_REJECTIONS || !again) {
                stalled = Optional.of("no step lowers the loss any more: the last %d were zero after %d halvings each"
                        .formatted(rejections, StepRegion.HALVINGS));
            }
        }
        return report;
    }

    /** Actual over predicted change of the loss on the step's rows: penalty in, damping out. */
    private static double ratio(TrialLadder.Rung rung, Point point, double slope, double curvature) {
        double predicted = rung.length() * (slope + rung.length() * curvature / 2);
        return (rung.loss() - point.loss()) / predicted;
    }

    private StepReport report(
            Objective objective, Point point, double rho, double length, double predictedKl, double measuredKl) {
        Cost total = objective.cost();
        Cost spent = total.minus(costBefore);
        costBefore = total;
        return new StepReport(
                step,
                epoch(),
                point.rows(),
                point.loss(),
                OptionalDouble.empty(),
                point.gradient().norm(),
                damping,
                rho,
                predictedKl,
                measuredKl,
                length,
                0,
                length > 0,
                refreshSeconds,
                spent,
                total.jobs(),
                total.bytes());
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

    private double trainingRows(Objective objective) {
        return objective.rows() * (1 - run.validation());
    }
}
