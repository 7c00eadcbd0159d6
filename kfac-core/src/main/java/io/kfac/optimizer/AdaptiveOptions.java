package io.kfac.optimizer;

import io.kfac.model.Network;
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
    private static final int FIRST_ROWS = 2_000;
    private static final double FIRST_WORK = 2.4e8;
    private static final double FIRST_CONVEX_WORK = 1e9;

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

    /**
     * Rows of the first batches by default: 2,000, or as many more as a pass over them is still shorter than a Spark job's own
     * overhead (rows times parameters, some ten milliseconds on a few cores). Without a hidden layer the loss is convex, noise is
     * all that small batches add, and more pays.
     */
    public static int firstBatchRows(Network network) {
        double work = network.depth() == 1 ? FIRST_CONVEX_WORK : FIRST_WORK;
        return (int) Math.max(FIRST_ROWS, Math.min(Integer.MAX_VALUE, work / network.size()));
    }
}
