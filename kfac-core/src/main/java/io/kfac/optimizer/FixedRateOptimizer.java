package io.kfac.optimizer;

import io.kfac.curvature.CurvatureKind;
import io.kfac.family.CounterRandom;
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
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * A preconditioner, a learning rate, momentum and decay, one pass a step: SGD, Adam and Shampoo with their preconditioners, and
 * K-FAC with a KL clip (Ba, Grosse and Martens 2017, sec. 5): the step is scaled by min(1, sqrt(kappa / (rate^2 v'g))).
 */
public final class FixedRateOptimizer implements Optimizer {
    private final Network network;
    private final Preconditioner preconditioner;
    private final RunOptions run;
    private final FixedRateOptions options;
    private final LongSupplier nanoClock;
    private final Parameters parameters;
    private final Parameters direction;
    private final Parameters memory;
    private Optional<BatchSchedule> schedule = Optional.empty();
    private long step;
    private Cost costBefore = Cost.NONE;

    /** @param start where to start, in double; copied */
    public FixedRateOptimizer(
            Network network,
            Parameters start,
            Preconditioner preconditioner,
            RunOptions run,
            FixedRateOptions options,
            LongSupplier nanoClock) {
        this(
                network,
                new State(start, Parameters.zeros(network, Precision.DOUBLE), 0, Optional.empty()),
                preconditioner,
                run,
                options,
                nanoClock);
    }

    /** Goes on from a state, which is copied; the preconditioner is in the state that belongs to it. */
    FixedRateOptimizer(
            Network network,
            State from,
            Preconditioner preconditioner,
            RunOptions run,
            FixedRateOptions options,
            LongSupplier nanoClock) {
        this.network = network;
        this.preconditioner = preconditioner;
        this.run = run;
        this.options = options;
        this.nanoClock = nanoClock;
        this.parameters = from.parameters().to(network, Precision.DOUBLE);
        this.direction = Parameters.zeros(network, Precision.DOUBLE);
        this.memory = from.memory().to(network, Precision.DOUBLE);
        this.step = from.steps();
        this.schedule = from.batches().map(BatchSchedule::copy);
    }

    /**
     * What a step goes on from.
     * @param memory  of {@link Momentum}
     * @param steps   taken
     * @param batches where the epoch is; empty before the first step
     */
    record State(Parameters parameters, Parameters memory, long steps, Optional<BatchSchedule> batches) {}

    State state() {
        return new State(parameters, memory, step, schedule);
    }

    /**
     * A step that was taken.
     * @param loss    mean over the batch, before the step, penalty included
     * @param scale   factor of the direction
     * @param seconds learning from the batch, refreshing and applying the preconditioner
     */
    record Taken(Evaluation evaluation, double loss, double gradientNorm, double scale, double seconds) {}

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
        return Optional.empty();
    }

    @Override
    public Optional<StepReport> finish(Objective objective) {
        return Optional.empty();
    }

    @Override
    public Optional<StepReport> step(Objective objective) {
        Taken taken = take(objective).orElseThrow(() -> NonFinite.noRows(step));
        return Optional.of(report(taken, objective));
    }

    /** Takes a step; where its batch has no rows, only goes on to the next batch. */
    Optional<Taken> take(Objective objective) {
        BatchSchedule batches = schedule(objective);
        RowSelection batch = batches.batch();
        Optional<CurvatureKind> statistics = step % options.statisticsEvery() == 0
                ? preconditioner.statistics(
                        CounterRandom.key(run.seed(), CounterRandom.mix(step + 1)), options.batchRows())
                : Optional.empty();
        step++;
        Evaluation evaluation = objective.evaluate(
                "step %d: gradient".formatted(step), new Query(parameters, batch, Request.gradientAnd(statistics)));
        batches.advance(batch);
        if (evaluation.weight() == 0) {
            return Optional.empty();
        }
        NonFinite.check(network, evaluation, step);
        Parameters gradient = run.penalty().meanGradient(network, parameters, evaluation);
        double loss = run.penalty().meanLoss(network, parameters, evaluation);
        long start = nanoClock.getAsLong();
        preconditioner.learn(evaluation.curvature(), gradient);
        if (options.refresh().due(step, preconditioner)) {
            preconditioner.refresh(options.damping());
        }
        double scale = move(gradient);
        double seconds = (nanoClock.getAsLong() - start) * 1e-9;
        return Optional.of(new Taken(evaluation, loss, gradient.norm(), scale, seconds));
    }

    /** Moves the parameters; returns the factor of the direction. */
    private double move(Parameters gradient) {
        double rate = options.rate().at(step);
        shrink(rate * options.decay());
        if (options.momentum() instanceof Momentum.GradientAverage average) {
            memory.scale(average.beta());
            memory.add(1 - average.beta(), gradient);
            preconditioner.apply(memory, direction);
            double scale = clip(rate, memory) * rate / (1 - Math.pow(average.beta(), (double) step));
            parameters.add(-scale, direction);
            return scale;
        }
        preconditioner.apply(gradient, direction);
        double scale = clip(rate, gradient);
        double mu = options.momentum().mu();
        memory.scale(mu);
        memory.add(scale, direction);
        if (options.momentum() instanceof Momentum.Nesterov) {
            parameters.add(-rate * mu, memory);
            parameters.add(-rate * scale, direction);
        } else {
            parameters.add(-rate, memory);
        }
        return rate * scale;
    }

    /** Weights are drawn to zero past the preconditioner, which would shrink those with large gradients less. */
    private void shrink(double share) {
        if (share > 0) {
            for (int l = 0; l < network.depth(); l++) {
                parameters.layer(l).colRange(0, network.layer(l).inputs()).scale(1 - share);
            }
        }
    }

    private double clip(double rate, Parameters gradient) {
        double length = rate * rate * direction.dot(gradient);
        return length > options.klLimit() ? Math.sqrt(options.klLimit() / length) : 1;
    }

    private StepReport report(Taken taken, Objective objective) {
        Cost total = objective.cost();
        Cost spent = total.minus(costBefore);
        costBefore = total;
        return new StepReport(
                step,
                epoch(),
                taken.evaluation().rows(),
                taken.loss(),
                OptionalDouble.empty(),
                taken.gradientNorm(),
                options.damping(),
                Double.NaN,
                Double.NaN,
                Double.NaN,
                taken.scale(),
                options.momentum().mu(),
                true,
                taken.seconds(),
                spent,
                total.jobs(),
                total.bytes());
    }

    private BatchSchedule schedule(Objective objective) {
        if (schedule.isEmpty()) {
            double rows = objective.rows() * (1 - run.validation());
            double share = options.batchRows() / rows;
            schedule = Optional.of(new BatchSchedule(run.seed(), run.validation(), share, share));
        }
        return schedule.get();
    }
}
