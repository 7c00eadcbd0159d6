package io.kfac.spark.jobs;

import com.typesafe.config.Config;

/** All settings of a training run. */
record TrainConfig(DataConfig data, ModelConfig model, OptimizerConfig optimizer, StopConfig train) {

    /** @param config checked for unknown keys, defaults in */
    static TrainConfig of(Config config) {
        Settings settings = new Settings(config);
        return new TrainConfig(
                DataConfig.of(settings),
                ModelConfig.of(settings),
                OptimizerConfig.of(settings),
                StopConfig.of(settings));
    }
}
