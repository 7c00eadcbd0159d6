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
        this.network = network;
        this.preconditioner = preconditioner;
        this.run = run;
        this.options = options;
        this.nanoClock = nanoClock;
        this.parameters = start.to(network, Precision.DOUBLE);
        this.direction = Parameters.zeros(network, Precision.DOUBLE);
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
        RowSelection batch = batches.batch();
        Optional<CurvatureKind> statistics = step % options.statisticsEvery() == 0
                ? preconditioner.statistics(
                        CounterRandom.key(run.seed(), CounterRandom.mix(step + 1)), options.batchRows())
                : Optional.empty();
        step++;
        Evaluation evaluation = objective.evaluate(
                "step %d: gradient".formatted(step), new Query(parameters, batch, Request.gradientAnd(statistics)));
        NonFinite.check(network, evaluation, step);
        batches.advance(batch);
        Parameters gradient = run.penalty().meanGradient(network, parameters, evaluation);
        double loss = run.penalty().meanLoss(network, parameters, evaluation);
        long start = nanoClock.getAsLong();
        preconditioner.accumulate(evaluation.curvature(), gradient);
        if (options.refresh().due(step, preconditioner)) {
            preconditioner.refresh(options.damping());
        }
        double scale = move(gradient);
        return Optional.of(
                report(evaluation, loss, gradient, scale, (nanoClock.getAsLong() - start) * 1e-9, objective));
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

    private StepReport report(
            Evaluation evaluation,
            double loss,
            Parameters gradient,
            double scale,
            double refreshSeconds,
            Objective objective) {
        Cost total = objective.cost();
        Cost spent = total.minus(costBefore);
        costBefore = total;
        return new StepReport(
                step,
                epoch(),
                evaluation.rows(),
                loss,
                OptionalDouble.empty(),
                gradient.norm(),
                options.damping(),
                Double.NaN,
                Double.NaN,
                Double.NaN,
                scale,
                options.momentum().mu(),
                true,
                refreshSeconds,
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
