package io.kfac.optimizer;

import java.io.Serializable;

/**
 * Options of {@link FixedRateOptimizer}.
 * @param batchRows       rows of a batch
 * @param rate            factor of the preconditioned gradient, a step
 * @param damping         lambda given to the preconditioner (Adam's epsilon)
 * @param momentum        what is remembered between steps
 * @param klLimit         largest squared length of a step in the metric; infinity not to clip
 * @param decay           decoupled: weights, not biases, shrink by rate times this a step (Loshchilov and Hutter 2019, sec. 2)
 * @param statisticsEvery steps between curvature statistics
 * @param refresh         when inverses are made anew
 */
public record FixedRateOptions(
        int batchRows,
        LearningRate rate,
        double damping,
        Momentum momentum,
        double klLimit,
        double decay,
        int statisticsEvery,
        Refresh refresh)
        implements Serializable {
    public FixedRateOptions {
        if (!(damping >= 0) || !(klLimit > 0) || !(decay >= 0)) {
            throw new IllegalArgumentException(
                    "Cannot use damping %s, klLimit %s, decay %s: not negative, positive and not negative, please"
                            .formatted(damping, klLimit, decay));
        }
        if (batchRows < 1 || statisticsEvery < 1) {
            throw new IllegalArgumentException(
                    "Cannot use batchRows = %d, statisticsEvery = %d: both must be at least 1"
                            .formatted(batchRows, statisticsEvery));
        }
    }

    /** A constant rate on every batch, unclipped, without decay. */
    public static FixedRateOptions plain(int batchRows, double rate, double damping, Momentum momentum) {
        return new FixedRateOptions(
                batchRows,
                new LearningRate.Constant(rate),
                damping,
                momentum,
                Double.POSITIVE_INFINITY,
                0,
                1,
                new Refresh.Every(1));
    }

    /** The same with steps of at most the given squared length in the metric. */
    public FixedRateOptions clippedAt(double limit) {
        return new FixedRateOptions(batchRows, rate, damping, momentum, limit, decay, statisticsEvery, refresh);
    }

    /** The same with statistics and refreshes less often. */
    public FixedRateOptions every(int statistics, int refreshes) {
        return new FixedRateOptions(
                batchRows, rate, damping, momentum, klLimit, decay, statistics, new Refresh.Every(refreshes));
    }

    /** The same with decoupled decay of the weights. */
    public FixedRateOptions decayed(double share) {
        return new FixedRateOptions(batchRows, rate, damping, momentum, klLimit, share, statisticsEvery, refresh);
    }

    /** The same at another rate. */
    public FixedRateOptions at(LearningRate other) {
        return new FixedRateOptions(batchRows, other, damping, momentum, klLimit, decay, statisticsEvery, refresh);
    }

    /** The same with another damping. */
    public FixedRateOptions damped(double lambda) {
        return new FixedRateOptions(batchRows, rate, lambda, momentum, klLimit, decay, statisticsEvery, refresh);
    }
}
