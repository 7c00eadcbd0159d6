package io.kfac.optimizer;

import io.kfac.objective.RowSelection;

/**
 * Tells when batches are too small: steps that lower the loss on their own rows and not on new ones fit noise. Noise grows
 * the batch, never the damping.
 */
final class NoiseMonitor {
    private static final double FRESH_ROWS = 4_000;
    private static final double MEMORY = 0.5;
    private static final double THRESHOLD = 0.5;

    private double fresh;
    private double same;

    /** Up to 4,000 rows of the next batch: the step has not seen them. */
    static RowSelection freshRows(RowSelection next, double trainingRows) {
        double share = Math.min(next.fraction(), FRESH_ROWS / trainingRows);
        return next.interval(next.from(), Math.min(next.to(), next.from() + share));
    }

    /**
     * @param freshChange change of the mean loss on new rows
     * @param sameChange  change on the step's own rows
     * @return whether the moving ratio of the two fell below one half; it then starts anew
     */
    boolean tooNoisy(double freshChange, double sameChange) {
        fresh = MEMORY * fresh + freshChange;
        same = MEMORY * same + sameChange;
        boolean noisy = !(fresh / same >= THRESHOLD);
        if (noisy) {
            fresh = 0;
            same = 0;
        }
        return noisy;
    }
}
