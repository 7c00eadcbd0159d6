package io.kfac.optimizer;

/**
 * Options of {@link TruncatedNaturalGradient}.
 * @param batchRows     rows of the first batches
 * @param maxBatchShare share of the training rows that a batch may grow to
 * @param maxProducts   Fisher products of a solve, each a pass
 * @param tolerance     relative residual at which a solve is good enough
 * @param region        how far steps go
 */
public record TruncatedOptions(
        int batchRows, double maxBatchShare, int maxProducts, double tolerance, StepRegion region) {
    public TruncatedOptions {
        if (batchRows < 1 || maxProducts < 1) {
            throw new IllegalArgumentException("Cannot use batchRows = %d, maxProducts = %d: both must be at least 1"
                    .formatted(batchRows, maxProducts));
        }
        if (!(maxBatchShare > 0 && maxBatchShare <= 1)) {
            throw new IllegalArgumentException("Cannot use maxBatchShare = %s: not in (0, 1]".formatted(maxBatchShare));
        }
        if (!(tolerance >= 0 && tolerance < 1)) {
            throw new IllegalArgumentException("Cannot solve to a residual of %s: not in [0, 1)".formatted(tolerance));
        }
    }

    /** The same from another initial lambda. */
    public TruncatedOptions damped(double lambda) {
        return new TruncatedOptions(batchRows, maxBatchShare, maxProducts, tolerance, region.damped(lambda));
    }
}
