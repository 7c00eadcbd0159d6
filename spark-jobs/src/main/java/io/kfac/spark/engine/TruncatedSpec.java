package io.kfac.spark.engine;

import io.kfac.optimizer.Optimizer;
import io.kfac.optimizer.StepRegion;
import io.kfac.optimizer.TruncatedNaturalGradient;
import io.kfac.optimizer.TruncatedOptions;
import java.util.Optional;

/**
 * The exact Fisher by its products, within a trust region or damped by reduction ratio: TRPO's step and Hessian-free optimization.
 * @param metric of the solves' preconditioner
 */
public record TruncatedSpec(Metric metric, TruncatedOptions options) implements OptimizerSpec {
    @Override
    public Optimizer create(Start start) {
        return new TruncatedNaturalGradient(
                start.network(),
                start.parameters(),
                metric.create(start.network(), start.share(batchRows())),
                start.run(),
                options,
                System::nanoTime);
    }

    @Override
    public String title() {
        return options.region() instanceof StepRegion.KlRadius ? "trust region" : "Hessian-free";
    }

    @Override
    public String control() {
        return "solved for";
    }

    @Override
    public Optional<OptimizerSpec> damped(double lambda) {
        return Optional.of(new TruncatedSpec(metric, options.damped(lambda)));
    }

    @Override
    public int batchRows() {
        return options.batchRows();
    }

    @Override
    public boolean adaptive() {
        return true;
    }

    /** Gradient, products and trial points. */
    @Override
    public int jobsPerStep() {
        return options.maxProducts() + 2;
    }

    @Override
    public boolean searchesDamping() {
        return Double.isNaN(options.region().damping());
    }

    /** The point, the one before and their average, the gradient, the solution and what conjugate gradients take, trial points. */
    @Override
    public int driverVectors() {
        return 14 + trialPoints();
    }

    /** For the gradient the point, the one before and the last solution; each product's direction, the trial points, and the point. */
    @Override
    public int sentVectors() {
        return 3 + 2 * options.maxProducts() + 1 + trialPoints();
    }

    @Override
    public int trialPoints() {
        return TruncatedNaturalGradient.TRIAL_POINTS;
    }

    /** A product with the Fisher takes five on a quarter of the rows, the one that solves start from too; a trial point two. */
    @Override
    public double products() {
        return 3 + 5 * 0.25 * (1 + options.maxProducts()) + 2 * trialPoints();
    }

    @Override
    public int dampings() {
        return 1;
    }
}
