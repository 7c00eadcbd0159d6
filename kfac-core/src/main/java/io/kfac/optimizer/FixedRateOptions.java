package io.kfac.optimizer;

import io.kfac.objective.Penalty;

/**
 * Options of {@link FixedRateOptimizer}.
 * @param penalty         L2 on the weights
 * @param seed            of batches and draws
 * @param validation      share of rows held out
 * @param batchRows       rows of a batch
 * @param learningRate    factor of the preconditioned gradient
 * @param damping         lambda given to the preconditioner (Adam's epsilon)
 * @param momentum        what is remembered between steps
 * @param klLimit         largest squared length of a step in the metric; infinity not to clip
 * @param statisticsEvery steps between curvature statistics
 * @param refreshEvery    steps between refreshes
 */
public record FixedRateOptions(
        Penalty penalty,
        long seed,
        double validation,
        int batchRows,
        double learningRate,
        double damping,
        Momentum momentum,
        double klLimit,
        int statisticsEvery,
        int refreshEvery) {
    public FixedRateOptions {
        if (!(learningRate > 0 && learningRate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "Cannot use learning rate %s: it must be positive".formatted(learningRate));
        }
        if (!(damping >= 0) || !(klLimit > 0)) {
            throw new IllegalArgumentException(
                    "Cannot use damping %s, klLimit %s: not negative and positive, please".formatted(damping, klLimit));
        }
        if (batchRows < 1 || statisticsEvery < 1 || refreshEvery < 1) {
            throw new IllegalArgumentException(
                    "Cannot use batchRows = %d, statisticsEvery = %d, refreshEvery = %d: all must be at least 1"
                            .formatted(batchRows, statisticsEvery, refreshEvery));
        }
    }
}
