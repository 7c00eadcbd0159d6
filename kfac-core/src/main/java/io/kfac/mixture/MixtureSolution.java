package io.kfac.mixture;

/**
 * Mixture weights and what they are worth.
 * @param weights   not negative, adding up to 1
 * @param logLoss   mean over the rows that some model allows, nats a row
 * @param gap       bound on how far logLoss is above the least that any mixture has
 * @param steps     taken
 * @param converged whether the gap is within the tolerance
 * @param reason    why the search ended
 */
public record MixtureSolution(
        double[] weights, double logLoss, double gap, int steps, boolean converged, String reason) {}
