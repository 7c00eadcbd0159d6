package io.kfac.spark.jobs;

import com.typesafe.config.Config;
import io.kfac.model.Network;
import io.kfac.spark.engine.OptimizerSpec;
import io.kfac.spark.engine.Plan;
import io.kfac.spark.engine.SolverChoice;

/** All settings of a training run. */
record TrainConfig(DataConfig data, ModelConfig model, OptimizerConfig optimizer, ModeConfig mode, StopConfig train) {

    /** @param config checked for unknown keys, defaults in */
    static TrainConfig of(Config config) {
        Settings settings = new Settings(config);
        return new TrainConfig(
                DataConfig.of(settings),
                ModelConfig.of(settings),
                OptimizerConfig.of(settings),
                ModeConfig.of(settings),
                StopConfig.of(settings));
    }

    /** @param choice what suits the data, where the exact optimum is asked for */
    OptimizerSpec spec(Network network, SolverChoice choice, Plan.Workload workload) {
        return mode.spec(optimizer.spec(network, choice), network, workload);
    }
}
