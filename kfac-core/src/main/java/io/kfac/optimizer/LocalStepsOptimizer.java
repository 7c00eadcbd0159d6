package io.kfac.optimizer;

import io.kfac.curvature.CurvatureKind;
import io.kfac.curvature.CurvatureSums;
import io.kfac.family.CounterRandom;
import io.kfac.linalg.Precision;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Cost;
import io.kfac.objective.Evaluation;
import io.kfac.objective.LocalAnswer;
import io.kfac.objective.Objective;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.preconditioner.LocalPreconditioner;
import io.kfac.preconditioner.Preconditioner;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * Local steps and averaging of parameters (Povey, Zhang and Khudanpur 2014): in a round every partition takes steps at a fixed
 * rate on its own rows, from the same point and with the same preconditioner; their ways, momentum and moments are averaged,
 * weighted by the rows that they saw. A round is one job. Statistics are those of a synchronous step at the point where a round begins.
 * Where rounds are shorter than what lies between two refreshes, statistics ride along with a round's steps, to be used from the next
 * round on: inverses are that old anyway, and only the first round has to ask before. Longer rounds ask in a job of their own.
 * Momentum goes on from round to round as its average: workers that
 * begin each round without any train Adam and SGD two to three times slower, and K-FAC no better. One partition and one step a round are
 * synchronous training, statistics first.
 */
public final class LocalStepsOptimizer implements Optimizer {
    private final Network network;
    private final LocalPreconditioner.Factory factory;
    private final Preconditioner preconditioner;
    private final RunOptions run;
    private final FixedRateOptions options;
    private final LocalOptions local;
    private final LongSupplier nanoClock;
    private final Parameters parameters;
    private final Parameters memory;
    private Optional<BatchSchedule> schedule = Optional.empty();
    private Optional<Lesson> lesson = Optional.empty();
    private long taken;
    private long rounds;
    private Cost costBefore = Cost.NONE;

    /**
     * @param start   where to start, in double; copied
     * @param factory of the driver's preconditioner and of workers'
     */
    public LocalStepsOptimizer(
            Network network,
            Parameters start,
            LocalPreconditioner.Factory factory,
            RunOptions run,
            FixedRateOptions options,
            LocalOptions local,
            LongSupplier nanoClock) {
        this.network = network;
        this.factory = factory;
        this.preconditioner = factory.create(network);
        this.run = run;
        this.options = options;
        this.local = local;
        this.nanoClock = nanoClock;
        this.parameters = start.to(network, Precision.DOUBLE);
        this.memory = Parameters.zeros(network, Precision.DOUBLE);
    }

    @Override
    public Parameters parameters() {
        return parameters;
    }

    @Override
    public Parameters settled() {
        return parameters;
    }

    /** The driver's. */
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
        return Optional.empty();
    }

    @Override
    public Optional<StepReport> finish(Objective objective) {
        return Optional.empty();
    }

    @Override
    public Optional<StepReport> step(Objective objective) {
        BatchSchedule batches = schedule(objective);
        rounds++;
        if (taken == 0 || !ahead()) {
            String purpose = "round %d: statistics".formatted(rounds);
            lesson = asked(batches.batch(), taken, objective).map(query -> lesson(objective.evaluate(purpose, query)));
        }
        Learnt learnt = learn();
        LocalSteps work = new LocalSteps(
                network,
                new FixedRateOptimizer.State(parameters, memory, taken, schedule),
                factory,
                preconditioner,
                run,
                options,
                local);
        List<Query> riders = ahead()
                ? asked(batches.batch(), taken + local.steps(), objective).stream()
                        .toList()
                : List.of();
        LocalAnswer answer =
                objective.evaluate("round %d: %d local steps".formatted(rounds, local.steps()), riders, work);
        lesson = answer.evaluations().stream().findFirst().map(this::lesson);
        long start = nanoClock.getAsLong();
        LocalSums.Average average = work.layout().average(answer.work());
        if (!(average.weight() > 0)) {
            throw new ArithmeticException(
                    ("Cannot finish round %d: the numbers of all %d workers are not finite, or too far from where they started"
                                    + " however short the way. Remedy: standardize the features, lower the learning rate, or raise the damping")
                            .formatted(rounds, average.workers()));
        }
        double penalty = run.penalty().value(network, parameters);
        move(work, average);
        for (int i = 0; i < local.steps(); i++) {
            batches.advance(batches.batch());
        }
        taken += local.steps();
        double seconds = learnt.seconds() + (nanoClock.getAsLong() - start) * 1e-9;
        return Optional.of(report(average, average.loss() + penalty, learnt.gradientNorm(), seconds, objective));
    }

    private void move(LocalSteps work, LocalSums.Average average) {
        LocalSums layout = work.layout();
        parameters.add(1, layout.way(average));
        if (layout.momentum()) {
            memory.copyFrom(layout.memory(average));
        }
        LocalSteps.adopt(preconditioner, average.moments());
    }

    /** What the driver's preconditioner may learn from a batch. @param gradient mean, penalty in */
    private record Lesson(Optional<CurvatureSums> statistics, Parameters gradient) {}

    private Lesson lesson(Evaluation evaluation) {
        NonFinite.check(network, evaluation, taken + 1);
        return new Lesson(evaluation.curvature(), run.penalty().meanGradient(network, parameters, evaluation));
    }

    /** What it learnt before a round. */
    private record Learnt(double gradientNorm, double seconds) {}

    /** Whether a round takes along the statistics for the next one. */
    private boolean ahead() {
        return local.steps() > 1 && local.steps() <= options.refresh().steps();
    }

    /** What the driver asks of a batch for a round that begins after so many steps; nothing where it has nothing to learn then. */
    private Optional<Query> asked(RowSelection batch, long begin, Objective objective) {
        boolean alone = preconditioner.follower().filter(preconditioner::equals).isPresent();
        if (alone || !new Refresh.Every(options.statisticsEvery()).due(first(begin), begin + 1, preconditioner)) {
            return Optional.empty();
        }
        Optional<CurvatureKind> kind = preconditioner.statistics(
                CounterRandom.key(run.seed(), CounterRandom.mix(taken + 1)),
                batch.fraction() * trainingRows(objective));
        return Optional.of(new Query(parameters, batch, Request.gradientAnd(kind)));
    }

    private Learnt learn() {
        long start = nanoClock.getAsLong();
        lesson.ifPresent(learnt -> preconditioner.accumulate(learnt.statistics(), learnt.gradient()));
        if (taken == 0 || options.refresh().due(first(taken), taken + 1, preconditioner)) {
            preconditioner.refresh(options.damping());
        }
        double seconds = (nanoClock.getAsLong() - start) * 1e-9;
        return new Learnt(lesson.map(learnt -> learnt.gradient().norm()).orElse(Double.NaN), seconds);
    }

    /**
     * What is due at a step is done before the round that begins with it, and what is due within a round before the next one: the
     * first of the steps that a round answers for, which begins after so many.
     */
    private long first(long begin) {
        return Math.max(1, begin - local.steps() + 2);
    }

    private StepReport report(
            LocalSums.Average average, double loss, double gradientNorm, double seconds, Objective objective) {
        Cost total = objective.cost();
        Cost spent = total.minus(costBefore);
        costBefore = total;
        return new StepReport(
                rounds,
                epoch(),
                average.rows(),
                loss,
                OptionalDouble.empty(),
                gradientNorm,
                options.damping(),
                Double.NaN,
                Double.NaN,
                average.divergence(),
                options.rate().at(taken),
                options.momentum().mu(),
                true,
                seconds,
                spent,
                total.jobs(),
                total.bytes(),
                Optional.of(new LocalRound(local.steps(), average.workers(), average.dropped(), average.scaledBack())));
    }

    private double trainingRows(Objective objective) {
        return objective.rows() * (1 - run.validation());
    }

    private BatchSchedule schedule(Objective objective) {
        if (schedule.isEmpty()) {
            double share = (double) options.batchRows() * objective.partitions() / trainingRows(objective);
            schedule = Optional.of(new BatchSchedule(run.seed(), run.validation(), share, share));
        }
        return schedule.get();
    }
}
