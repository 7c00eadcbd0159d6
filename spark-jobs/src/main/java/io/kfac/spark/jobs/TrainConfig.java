package io.kfac.spark.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import io.kfac.model.Network;
import io.kfac.spark.engine.Json;
import io.kfac.spark.engine.OptimizerSpec;
import io.kfac.spark.engine.Plan;
import io.kfac.spark.engine.SolverChoice;
import io.kfac.spark.engine.StopLimits;

/** All settings of a training run. @param source what they were read from, complete */
record TrainConfig(
        DataConfig data,
        ModelConfig model,
        OptimizerConfig optimizer,
        ModeConfig mode,
        StopLimits train,
        Config source) {

    /** @param config checked for unknown keys, defaults in */
    static TrainConfig of(Config config) {
        Settings settings = new Settings(config);
        ModeConfig mode = ModeConfig.of(settings);
        return new TrainConfig(
                DataConfig.of(settings),
                ModelConfig.of(settings),
                OptimizerConfig.of(settings, mode.mode()),
                mode,
                StopConfig.of(settings),
                config.withoutPath(CompareConfig.SECTION));
    }

    /** For logs and reports, which people pass on: what seems to be a secret is left out. */
    JsonNode json() {
        try {
            return Secrets.hidden(Json.parse(source.root().render(ConfigRenderOptions.concise())));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @param choice what suits the data, where the exact optimum is asked for */
    OptimizerSpec spec(Network network, SolverChoice choice, Plan.Workload workload) {
        return mode.spec(optimizer.spec(network, choice), network, workload);
    }
}
