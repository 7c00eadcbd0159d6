package io.kfac.optimizer;

import io.kfac.model.Network;

/**
 * The recipe that needs no tuning; each has a default that worked (DESIGN, section 4).
 * @param batchRows     rows of the first batches
 * @param maxBatchShare share of the training rows that a batch may grow to
 * @param refresh       when inverses are made anew, after the first three steps
 * @param damping       initial lambda, or NaN to search for it
 */
public record AdaptiveOptions(int batchRows, double maxBatchShare, Refresh refresh, double damping) {
    private static final int FIRST_ROWS = 2_000;
    private static final double FIRST_WORK = 2.4e8;
    private static final double FIRST_CONVEX_WORK = 1e9;

    public AdaptiveOptions {
        if (batchRows < 1) {
            throw new IllegalArgumentException("Cannot use batchRows = %d: it must be at least 1".formatted(batchRows));
        }
        if (!(maxBatchShare > 0 && maxBatchShare <= 1)) {
            throw new IllegalArgumentException("Cannot use maxBatchShare = %s: not in (0, 1]".formatted(maxBatchShare));
        }
        if (damping <= 0) {
            throw new IllegalArgumentException("Cannot use damping %s: it must be positive".formatted(damping));
        }
    }

    /** The same from another initial lambda. */
    public AdaptiveOptions damped(double lambda) {
        return new AdaptiveOptions(batchRows, maxBatchShare, refresh, lambda);
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
