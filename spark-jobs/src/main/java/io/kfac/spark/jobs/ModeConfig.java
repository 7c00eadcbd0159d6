package io.kfac.spark.jobs;

import io.kfac.model.Network;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.engine.FixedRateSpec;
import io.kfac.spark.engine.LocalSpec;
import io.kfac.spark.engine.OptimizerSpec;
import io.kfac.spark.engine.Plan;
import java.util.OptionalInt;

/** Whether all rows take each step together, or partitions take steps by themselves and are averaged. */
record ModeConfig(Mode mode, OptionalInt localSteps) {
    enum Mode {
        SYNCHRONOUS,
        LOCAL
    }

    static ModeConfig of(Settings settings) {
        Mode mode = settings.oneOf("train.mode", Mode.values());
        OptionalInt steps = settings.autoCount("train.localSteps");
        if (steps.isPresent() && mode != Mode.LOCAL) {
            throw new BadInput(
                    "Cannot use train.localSteps = %d with train.mode = synchronous, which has none. Remedy: --set train.mode=local"
                            .formatted(steps.getAsInt()));
        }
        return new ModeConfig(mode, steps);
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
        return LocalSpec.of(each, localSteps, network, workload);
    }
}
