package io.kfac.spark.engine;

import io.kfac.optimizer.AdaptiveOptimizer;
import io.kfac.optimizer.AdaptiveOptions;
import io.kfac.optimizer.Optimizer;
import java.util.Optional;

/** Step size, momentum and damping from the quadratic model: nothing to tune. */
public record AdaptiveSpec(Metric metric, AdaptiveOptions options) implements OptimizerSpec {
    @Override
    public Optimizer create(Start start) {
        return new AdaptiveOptimizer(
                start.network(),
                start.parameters(),
                metric.create(start.network(), start.share(batchRows())),
                start.run(),
                options,
                System::nanoTime);
    }

    @Override
    public String title() {
        return metric.title();
    }

    @Override
    public String control() {
        return "measured by the quadratic model";
    }

    @Override
    public Optional<OptimizerSpec> damped(double lambda) {
        return Optional.of(new AdaptiveSpec(metric, options.damped(lambda)));
    }

    @Override
    public int batchRows() {
        return options.batchRows();
    }

    @Override
    public int refreshEvery() {
        return options.refresh().steps();
    }

    @Override
    public boolean adaptive() {
        return true;
    }

    @Override
    public boolean searchesDamping() {
        return Double.isNaN(options.damping());
    }
}
