package io.kfac.spark.jobs;

import io.kfac.optimizer.TrainingOptions;
import io.kfac.spark.engine.OptimizerSpec;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** When training ends; empty settings take what suits the optimizer and the rows. */
record StopConfig(
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

    static StopConfig of(Settings settings) {
        return new StopConfig(
                settings.autoCount("train.maxSteps"),
                settings.autoPositive("train.maxEpochs"),
                settings.autoShare("train.validation"),
                settings.autoCount("train.checkEvery"),
                settings.count("train.patience"),
                settings.amount("train.minGain"),
                settings.flag("train.average"),
                settings.wholeNumber("train.seed"));
    }

    /** @param rows of the training table */
    TrainingOptions options(OptimizerSpec optimizer, long rows) {
        double share = validation.orElse(optimizer.exact() ? 0 : TrainingOptions.defaultValidation(rows));
        long stepsAnEpoch = Math.max(1, Math.round(rows * (1 - share) / optimizer.batchRows()));
        boolean adaptive = optimizer.adaptive();
        // A round has gone far.
        int fewest = optimizer.local() ? 1 : 5;
        int steps = optimizer.exact() ? EXACT_STEPS : adaptive ? ADAPTIVE_STEPS : Integer.MAX_VALUE;
        return new TrainingOptions(
                maxSteps.orElse(steps),
                // With a limit on steps alone, passes are not limited.
                maxEpochs.orElse(steps < Integer.MAX_VALUE || maxSteps.isPresent() ? Double.POSITIVE_INFINITY : EPOCHS),
                seed,
                share,
                checkEvery.orElse(adaptive ? 5 : (int) Math.max(fewest, Math.min(Integer.MAX_VALUE, stepsAnEpoch))),
                patience,
                minGain,
                average && !optimizer.exact());
    }
}
