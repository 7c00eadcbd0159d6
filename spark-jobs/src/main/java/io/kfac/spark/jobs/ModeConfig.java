package io.kfac.spark.jobs;

import io.kfac.model.Network;
import io.kfac.optimizer.KlLimit;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.engine.LocalSpec;
import io.kfac.spark.engine.OptimizerSpec;
import io.kfac.spark.engine.Plan;
import io.kfac.spark.engine.TrainingMode;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Who steps together.
 * @param localSteps of a round; empty: as many as pay
 * @param localKl    nats a row that a round may move a worker; empty: a multiple of its loss
 */
record ModeConfig(TrainingMode mode, OptionalInt localSteps, OptionalDouble localKl) {
    static ModeConfig of(Settings settings) {
        ModeConfig config = new ModeConfig(
                settings.oneOf("train.mode", TrainingMode.values()),
                settings.autoCount("train.localSteps"),
                settings.autoLimit("train.localKl"));
        for (String key : List.of("train.localSteps", "train.localKl")) {
            if (config.mode != TrainingMode.LOCAL && !settings.isAuto(key)) {
                throw new BadInput(
                        "Cannot use %s = %s with train.mode = synchronous, which has no local steps. Remedy: --set train.mode=local"
                                .formatted(key, settings.text(key)));
            }
        }
        return config;
    }

    /** @param optimizer as it would step synchronously */
    OptimizerSpec spec(OptimizerSpec optimizer, Network network, Plan.Workload workload) {
        OptimizerSpec spec = mode.of(optimizer, localSteps, network, workload);
        return spec instanceof LocalSpec local && localKl.isPresent()
                ? local.within(new KlLimit.Fixed(localKl.getAsDouble()))
                : spec;
    }
}
