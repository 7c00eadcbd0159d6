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
 * @param localKl    nats a row; empty: a multiple of the loss
 */
record ModeConfig(TrainingMode mode, OptionalInt localSteps, OptionalDouble localKl) {
    static ModeConfig of(Settings settings) {
        TrainingMode mode = settings.oneOf("train.mode", TrainingMode.values());
        ModeConfig config =
                new ModeConfig(mode, settings.autoCount("train.localSteps"), settings.autoLimit("train.localKl"));
        for (String key : List.of("train.localSteps", "train.localKl")) {
            if (mode != TrainingMode.LOCAL && !settings.isAuto(key)) {
                throw new BadInput(
                        "Cannot use %s = %s with train.mode = synchronous, which has no local steps. Remedy: --set train.mode=local"
                                .formatted(key, settings.text(key)));
            }
        }
        return config;
    }

    /** @param optimizer as it steps */
    OptimizerSpec spec(OptimizerSpec optimizer, Network network, Plan.Workload workload) {
        OptimizerSpec spec = mode.of(optimizer, localSteps, network, workload);
        return localKl.isPresent() && spec instanceof LocalSpec local
                ? local.within(new KlLimit.Fixed(localKl.getAsDouble()))
                : spec;
    }
}
