package io.kfac.spark.jobs;

import io.kfac.spark.data.BadInput;
import io.kfac.spark.engine.TrainingMode;
import java.util.OptionalInt;

/** Who steps together. @param localSteps of a round; empty: as many as pay */
record ModeConfig(TrainingMode mode, OptionalInt localSteps) {
    static ModeConfig of(Settings settings) {
        TrainingMode mode = settings.oneOf("train.mode", TrainingMode.values());
        OptionalInt steps = settings.autoCount("train.localSteps");
        if (steps.isPresent() && mode != TrainingMode.LOCAL) {
            throw new BadInput(
                    "Cannot use train.localSteps = %d with train.mode = synchronous, which has none. Remedy: --set train.mode=local"
                            .formatted(steps.getAsInt()));
        }
        return new ModeConfig(mode, steps);
    }
}
