package io.kfac.spark.engine;

import io.kfac.objective.RowSelection;
import io.kfac.optimizer.Optimizer;
import io.kfac.optimizer.QuasiNewtonOptimizer;

/**
 * L-BFGS on all training rows, of models with hidden layers: there it ends at a stationary point, not at the optimum.
 * @param metric    what stands for the Hessian where no step has been
 * @param tolerance ends where three steps in a row gained at most this share of the loss
 */
public record QuasiNewtonSpec(Metric metric, double tolerance) implements OptimizerSpec {
    /** Tried together where a whole step fails. */
    private static final int SHORTER_STEPS = 7;

    @Override
    public Optimizer create(Start start) {
        return new QuasiNewtonOptimizer(
                start.network(),
                start.parameters(),
                start.penalty(),
                RowSelection.training(start.seed(), start.validation()),
                tolerance,
                metric.create(start.network(), 1),
                System::nanoTime);
    }

    @Override
    public String title() {
        return "L-BFGS";
    }

    @Override
    public String control() {
        return "searched for";
    }

    @Override
    public int batchRows() {
        return Integer.MAX_VALUE;
    }

    @Override
    public boolean adaptive() {
        return true;
    }

    @Override
    public int jobsPerStep() {
        return 1;
    }

    @Override
    public int driverVectors() {
        return QuasiNewtonOptimizer.VECTORS;
    }

    @Override
    public int sentVectors() {
        return 1;
    }

    @Override
    public int trialPoints() {
        return SHORTER_STEPS;
    }

    @Override
    public double products() {
        return 3;
    }

    @Override
    public int dampings() {
        return 1;
    }
}
