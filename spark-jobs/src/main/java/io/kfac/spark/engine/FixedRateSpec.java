package io.kfac.spark.engine;

import io.kfac.optimizer.FixedRateOptimizer;
import io.kfac.optimizer.FixedRateOptions;
import io.kfac.optimizer.Momentum;
import io.kfac.optimizer.Optimizer;
import java.util.Optional;

/** A learning rate, or a schedule of rates, with a limit on the length of steps in the metric, momentum and decay. */
public record FixedRateSpec(Metric metric, FixedRateOptions options) implements OptimizerSpec {
    @Override
    public Optimizer create(Start start) {
        return new FixedRateOptimizer(
                start.network(),
                start.parameters(),
                metric.create(start.network(), start.share(batchRows())),
                start.run(),
                optionsFor(start),
                System::nanoTime);
    }

    /** The penalty is part of the curvature, where the metric is one. */
    FixedRateOptions optionsFor(Start start) {
        double curvature = statistics().isPresent() ? start.penalty().lambda() : 0;
        return options.damped(options.damping() + curvature);
    }

    @Override
    public String title() {
        return (clips() ? "clipped " : "")
                + metric.title()
                + (options.momentum() instanceof Momentum.Nesterov ? " with Nesterov's momentum" : "")
                + (options.decay() > 0 ? " with decoupled decay" : "");
    }

    @Override
    public String control() {
        String rate = "at a rate of %s".formatted(options.rate().peak());
        return clips() ? rate + ", clipped to a squared length of %s".formatted(options.klLimit()) : rate;
    }

    private boolean clips() {
        return options.klLimit() < Double.POSITIVE_INFINITY;
    }

    @Override
    public Optional<OptimizerSpec> damped(double lambda) {
        return metric instanceof IdentityMetric
                ? Optional.empty()
                : Optional.of(new FixedRateSpec(metric, options.damped(lambda)));
    }

    @Override
    public int batchRows() {
        return options.batchRows();
    }

    @Override
    public int statisticsEvery() {
        return options.statisticsEvery();
    }

    @Override
    public int refreshEvery() {
        return options.refresh().steps();
    }
}
