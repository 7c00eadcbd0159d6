package io.kfac.spark.jobs;

import io.kfac.model.Network;
import io.kfac.optimizer.KlLimit;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.engine.FixedRateSpec;
import io.kfac.spark.engine.LocalSpec;
import io.kfac.spark.engine.OptimizerSpec;
import io.kfac.spark.engine.Plan;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Whether all rows take each step together, or partitions take steps by themselves and are averaged.
 * @param localKl nats a row; empty: a multiple of the loss
 */
record ModeConfig(Mode mode, OptionalInt localSteps, OptionalDouble localKl) {
    enum Mode {
        SYNCHRONOUS,
        LOCAL
    }

    static ModeConfig of(Settings settings) {
        Mode mode = settings.oneOf("train.mode", Mode.values());
        ModeConfig config =
                new ModeConfig(mode, settings.autoCount("train.localSteps"), settings.autoLimit("train.localKl"));
        for (String key : List.of("train.localSteps", "train.localKl")) {
            if (mode != Mode.LOCAL && !settings.isAuto(key)) {
                throw new BadInput(
                        "Cannot use %s = %s with train.mode = synchronous, which has no local steps. Remedy: --set train.mode=local"
                                .formatted(key, settings.text(key)));
            }
        }
        return config;
    }

    /** @param optimizer as it steps */
    OptimizerSpec spec(OptimizerSpec optimizer, Network network, Plan.Workload workload) {
        if (mode == Mode.SYNCHRONOUS) {
            return optimizer;
        }
        if (!(optimizer instanceof FixedRateSpec each)) {
            throw new BadInput(
                    ("Cannot use train.mode = local with %s: its steps are measured on all rows, and local steps have a fixed rate."
                                    + " Remedy: --set optimizer.name=kfac-clipped, or another of a fixed rate; or --set train.mode=synchronous")
                            .formatted(optimizer.title()));
        }
        LocalSpec local = LocalSpec.of(each, localSteps, network, workload);
        return localKl.isPresent() ? local.within(new KlLimit.Fixed(localKl.getAsDouble())) : local;
    }
}
