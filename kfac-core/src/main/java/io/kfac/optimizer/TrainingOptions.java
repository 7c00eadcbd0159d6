package io.kfac.optimizer;

/**
 * When training ends.
 * @param maxSteps   most steps
 * @param maxEpochs  most passes over the training rows; infinity for no limit
 * @param seed       of the run: chooses the held-out rows
 * @param validation share of rows held out; 0 for none
 * @param checkEvery steps between looks at the held-out rows
 * @param patience   looks without gain after which training stops
 * @param minGain    relative gain that counts as one
 * @param average    whether averaged iterates are looked at beside the raw ones
 */
public record TrainingOptions(
        long maxSteps,
        double maxEpochs,
        long seed,
        double validation,
        int checkEvery,
        int patience,
        double minGain,
        boolean average) {
    private static final double LEAST_HELD_OUT = 500;
    private static final double MOST_HELD_OUT = 20_000;

    public TrainingOptions {
        if (maxSteps < 1 || !(maxEpochs > 0) || checkEvery < 1 || patience < 1) {
            throw new IllegalArgumentException(
                    "Cannot train for maxSteps = %d, maxEpochs = %s, checkEvery = %d, patience = %d: all must be positive"
                            .formatted(maxSteps, maxEpochs, checkEvery, patience));
        }
        if (!(validation >= 0 && validation < 1)) {
            throw new IllegalArgumentException("Cannot hold out %s of the rows: not in [0, 1)".formatted(validation));
        }
    }

    /** A share of 10%, but 500 to 20,000 rows, and never more than a fifth. */
    public static double defaultValidation(long rows) {
        double held = Math.max(LEAST_HELD_OUT, Math.min(MOST_HELD_OUT, 0.1 * rows));
        return Math.min(0.2, held / rows);
    }

    public static TrainingOptions defaults(long maxSteps, long seed, double validation) {
        return new TrainingOptions(maxSteps, Double.POSITIVE_INFINITY, seed, validation, 5, 5, 1e-3, true);
    }
}
