package io.kfac.optimizer;

import io.kfac.objective.Penalty;

/**
 * The recipe that needs no tuning; each has a default that worked (DESIGN, section 4).
 * @param penalty       L2 on the weights
 * @param seed          of batches and draws
 * @param validation    share of rows held out
 * @param batchRows     rows of the first batches
 * @param maxBatchShare share of the training rows that a batch may grow to
 * @param refreshEvery  steps between refreshes, after the first three
 * @param damping       initial lambda, or NaN to search for it
 */
public record AdaptiveOptions(
        Penalty penalty,
        long seed,
        double validation,
        int batchRows,
        double maxBatchShare,
        int refreshEvery,
        double damping) {
    public AdaptiveOptions {
        if (batchRows < 1 || refreshEvery < 1) {
            throw new IllegalArgumentException("Cannot use batchRows = %d, refreshEvery = %d: both must be at least 1"
                    .formatted(batchRows, refreshEvery));
        }
        if (!(maxBatchShare > 0 && maxBatchShare <= 1)) {
            throw new IllegalArgumentException("Cannot use maxBatchShare = %s: not in (0, 1]".formatted(maxBatchShare));
        }
        if (damping <= 0) {
            throw new IllegalArgumentException("Cannot use damping %s: it must be positive".formatted(damping));
        }
    }

    public static AdaptiveOptions defaults(long seed, double l2, double validation) {
        return new AdaptiveOptions(new Penalty(l2), seed, validation, 2_000, 0.25, 5, Double.NaN);
    }
}
