package io.kfac.spark.jobs;

import io.kfac.spark.engine.StopLimits;

/** When training ends, from the configuration. */
final class StopConfig {
    private StopConfig() {}

    static StopLimits of(Settings settings) {
        return new StopLimits(
                settings.autoCount("train.maxSteps"),
                settings.autoPositive("train.maxEpochs"),
                settings.autoShare("train.validation"),
                settings.autoCount("train.checkEvery"),
                settings.count("train.patience"),
                settings.amount("train.minGain"),
                settings.flag("train.average"),
                settings.wholeNumber("train.seed"));
    }
}
