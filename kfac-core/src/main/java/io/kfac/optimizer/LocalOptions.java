package io.kfac.optimizer;

import java.io.Serializable;

/**
 * How far workers go by themselves before they are averaged.
 * @param steps   of each worker in a round
 * @param klLimit largest KL(old || new), nats a row on the worker's own rows, that a round may move a worker's outputs; beyond it,
 *     the worker goes back part of its way. Infinity for no limit
 */
public record LocalOptions(int steps, double klLimit) implements Serializable {
    /** Measured lengths over those in the metric that steps are taken in, at most. */
    private static final double MISJUDGED = 10;

    public LocalOptions {
        if (steps < 1 || !(klLimit > 0)) {
            throw new IllegalArgumentException(
                    "Cannot take %d local steps within a divergence of %s: both must be positive"
                            .formatted(steps, klLimit));
        }
    }

    /**
     * The limit that the steps' own clip implies: clipped steps have at most length sqrt(kappa) in the metric, momentum mu adds up
     * to 1 / (1 - mu) of them, and KL is half the square of the length where the metric holds. It never quite does: while curvature
     * changes fast, as at the start of an autoencoder, good rounds are several times as long as they seem. Who moved ten times as far
     * has left the region. None where steps are not clipped.
     */
    public static LocalOptions of(int steps, FixedRateOptions options) {
        double mu = options.momentum() instanceof Momentum.GradientAverage
                ? 0
                : options.momentum().mu();
        double length = MISJUDGED * steps * Math.sqrt(options.klLimit()) / (1 - mu);
        return new LocalOptions(steps, length * length / 2);
    }
}
