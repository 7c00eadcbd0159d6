package io.kfac.spark.jobs;

import io.kfac.optimizer.LearningRate;
import io.kfac.spark.data.BadInput;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What the configuration sets of a learning rate; empty settings are the preset's.
 * @param maxSteps of the run: where a cosine ends
 */
record RateConfig(OptionalDouble peak, Optional<Schedule> schedule, OptionalInt warmup, OptionalInt maxSteps) {
    static final List<String> KEYS = List.of("learningRate", "schedule", "warmup");
    private static final int WARMUP = 100;

    /** How a rate goes on. */
    enum Schedule {
        CONSTANT,
        COSINE,
        INVERSE_SQRT
    }

    static RateConfig of(Settings settings, String section) {
        RateConfig config = new RateConfig(
                settings.autoPositive(section + "learningRate"),
                settings.autoOneOf(section + "schedule", Schedule.values()),
                settings.autoCount(section + "warmup"),
                settings.autoCount("train.maxSteps"));
        Schedule schedule = config.schedule.orElse(Schedule.CONSTANT);
        if (schedule == Schedule.CONSTANT && config.warmup.isPresent()) {
            throw new BadInput(
                    "Cannot use %swarmup with a constant rate. Remedy: --set %1$sschedule=cosine or inverse-sqrt"
                            .formatted(section));
        }
        if (schedule == Schedule.COSINE && config.maxSteps.isEmpty()) {
            throw new BadInput(
                    "Cannot use %sschedule = cosine: it ends with the last step, and train.maxSteps is auto. Remedy: --set train.maxSteps=1000, or --set %1$sschedule=inverse-sqrt"
                            .formatted(section));
        }
        if (schedule == Schedule.COSINE && config.warmup.orElse(0) >= config.maxSteps.getAsInt()) {
            throw new BadInput(
                    "Cannot use %swarmup = %d: training ends at step %d. Remedy: fewer, or a larger train.maxSteps"
                            .formatted(section, config.warmup.getAsInt(), config.maxSteps.getAsInt()));
        }
        return config;
    }

    LearningRate over(LearningRate preset) {
        double rate = peak.orElse(preset.peak());
        return switch (schedule.orElse(Schedule.CONSTANT)) {
            case CONSTANT -> new LearningRate.Constant(rate);
            case COSINE -> new LearningRate.Cosine(rate, warmup.orElse(0), maxSteps.getAsInt());
            case INVERSE_SQRT -> new LearningRate.InverseSqrt(rate, warmup.orElse(WARMUP));
        };
    }
}
