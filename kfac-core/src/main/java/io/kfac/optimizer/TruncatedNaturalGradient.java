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
 * <p>A pass for the gradient, in which the product with the last solution rides along, where the solve starts; one a product; and one,
 * seldom more, for the trial points. The length of x is what the solve knows already. Loss and divergence are judged on all of the
 * step's own rows, products are taken on a part of them.
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

    /** A single step says no more than this about how far off the next one's divergence is going to be. */
    private static final double MOST_BEND = 16;

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
    /** Divergence of the last step over what its length in the metric of a part of the rows promised: alike from step to step. */
    private double bend = 1;

    private long step;
    private int rejections;
    private double refreshSeconds;
    private Cost costBefore = Cost.NONE;

    /**
     * A point before its step: the batch, and the mean loss and gradient on it, penalty in.
     * @param product of the metric there with the last solution, where that is where the next one starts
     */
    private record Point(
            RowSelection batch, double rows, double loss, Parameters gradient, Optional<Parameters> product) {}

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
        this.system = new FisherSystem(network, preconditioner, options.maxProducts(), options.tolerance());
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
        double squared = solve(objective, point);
        if (!(squared > 0)) {
            stalled = Optional.of("the gradient has nothing left in the Fisher metric (its norm is %.3g)"
                    .formatted(point.gradient().norm()));
            step--;
            return Optional.empty();
        }
        return Optional.of(move(objective, point, squared));
    }

    /** @return x'F x of the solution x, undamped */
    private double solve(Objective objective, Point point) {
        FisherProducts metric = metric(objective, point.batch());
        ConjugateGradients.Outcome solved = point.product()
                .map(product -> system.improve(metric, point.gradient(), solution, product))
                .orElseGet(() -> system.solve(metric, point.gradient(), solution));
        if (solved.end() == ConjugateGradients.End.NOT_FINITE) {
            throw new ArithmeticException(
                    ("Cannot take step %d: a Fisher product is not finite. Standardize the features, or compute in double"
                                    + " (--set model.precision=double)")
                            .formatted(step));
        }
        // The gain is g'x - x'(F + L2 + damping I)x / 2.
        return 2 * (point.gradient().dot(solution) - solved.gain())
                - run.penalty().curvature(network, solution, solution)
                - damping * solution.dot(solution);
    }

    private FisherProducts metric(Objective objective, RowSelection batch) {
        double rows = batch.fraction() * trainingRows(objective);
        return new FisherProducts(
                objective,
                "step %d".formatted(step),
                run.penalty(),
                parameters,
                batch.part(Math.max(PRODUCT_SHARE, PRODUCT_ROWS / rows)),
                damping);
    }

    /** Gradient and statistics at the point, and what the last step was worth on rows that it has not seen. */
    private Point look(Objective objective) {
        BatchSchedule batches = schedule(objective);
        RowSelection batch = batches.batch();
        Optional<CurvatureKind> statistics = preconditioner.statistics(
                CounterRandom.key(run.seed(), CounterRandom.mix(step)), batch.fraction() * trainingRows(objective));
        List<Query> queries = new ArrayList<>(List.of(new Query(parameters, batch, Request.gradientAnd(statistics))));
        FisherProducts metric = metric(objective, batch);
        boolean warm = solution.norm() > 0;
        if (warm) {
            queries.add(metric.query(solution));
        }
        Optional<Moved> judged = moved.filter(m -> !m.own().sameRowsAs(batch));
        judged.ifPresent(m -> {
            RowSelection fresh = NoiseMonitor.freshRows(batch, trainingRows(objective));
            queries.add(new Query(m.before(), fresh, Request.loss()));
            queries.add(new Query(parameters, fresh, Request.loss()));
        });
        List<Evaluation> answers = objective.evaluate("step %d: gradient".formatted(step), queries);
        NonFinite.check(network, answers.get(0), step);
        batches.advance(batch);
        judged.ifPresent(m -> {
            int last = answers.size() - 1;
            double fresh = run.penalty().meanLoss(network, parameters, answers.get(last))
                    - run.penalty().meanLoss(network, m.before(), answers.get(last - 1));
            if (noise.tooNoisy(fresh, m.change())) {
                batches.grow();
            }
        });
        Parameters gradient = run.penalty().meanGradient(network, parameters, answers.get(0));
        preconditioner.learn(answers.get(0).curvature(), gradient);
        return new Point(
                batch,
                answers.get(0).rows(),
                run.penalty().meanLoss(network, parameters, answers.get(0)),
                gradient,
                warm ? Optional.of(metric.product(answers.get(1), solution)) : Optional.empty());
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
                options.region().lengths(bend * squared),
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
            double bent = 2 * rung.kl() / (rung.length() * rung.length() * squared);
            bend = Math.max(1 / MOST_BEND, Math.min(MOST_BEND, bent));
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
