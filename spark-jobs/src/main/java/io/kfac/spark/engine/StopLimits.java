package io.kfac.spark.engine;

import io.kfac.optimizer.TrainingOptions;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * When training ends, as far as somebody says so: what is empty takes what suits the optimizer and the rows.
 * @param validation share of rows held out
 * @param checkEvery steps between looks at them
 * @param patience   looks without gain after which training ends
 * @param minGain    relative gain that counts as one
 * @param average    whether averaged iterates are looked at too
 * @param seed       of the run
 */
public record StopLimits(
        OptionalInt maxSteps,
        OptionalDouble maxEpochs,
        OptionalDouble validation,
        OptionalInt checkEvery,
        int patience,
        double minGain,
        boolean average,
        long seed) {
    private static final int ADAPTIVE_STEPS = 300;
    private static final double EPOCHS = 100;

    /** Exact optimizers end by themselves, most after ten steps; L-BFGS may take thousands. */
    private static final int EXACT_STEPS = 10_000;

    private static final int CHECK_EVERY = 5;

    /** The same without an end where nobody has set one: for runs that something else ends. */
    public StopLimits unlimited() {
        return maxSteps.isPresent() || maxEpochs.isPresent()
                ? this
                : new StopLimits(
                        OptionalInt.of(Integer.MAX_VALUE),
                        maxEpochs,
                        validation,
                        checkEvery,
                        patience,
                        minGain,
                        average,
                        seed);
    }

    /** @param rows of the training table */
    public TrainingOptions options(OptimizerSpec optimizer, long rows) {
        double share = validation.orElse(optimizer.exact() ? 0 : TrainingOptions.defaultValidation(rows));
        int steps = optimizer.exact() ? EXACT_STEPS : optimizer.adaptive() ? ADAPTIVE_STEPS : Integer.MAX_VALUE;
        return new TrainingOptions(
                maxSteps.orElse(steps),
                // With a limit on steps alone, passes are not limited.
                maxEpochs.orElse(steps < Integer.MAX_VALUE || maxSteps.isPresent() ? Double.POSITIVE_INFINITY : EPOCHS),
                seed,
                share,
                checkEvery.orElse(optimizer.adaptive() ? CHECK_EVERY : stepsAnEpoch(optimizer, rows * (1 - share))),
                patience,
                minGain,
                average && !optimizer.exact());
    }

    private static int stepsAnEpoch(OptimizerSpec optimizer, double trainingRows) {
        // A round has gone far.
        int fewest = optimizer.local() ? 1 : CHECK_EVERY;
        return (int) Math.max(fewest, Math.min(Integer.MAX_VALUE, Math.round(trainingRows / optimizer.batchRows())));
    }
}
