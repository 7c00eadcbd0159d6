package io.kfac.spark.engine;

import io.kfac.model.Network;
import io.kfac.spark.data.BadInput;
import java.util.Locale;
import java.util.OptionalInt;

/** Whether all rows take each step together, or partitions take steps by themselves and are averaged. */
public enum TrainingMode {
    SYNCHRONOUS(Control.QUADRATIC),
    LOCAL(Control.CLIPPED);

    private final Control control;

    TrainingMode(Control control) {
        this.control = control;
    }

    /** In configuration and parameters. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What chooses the length of steps where a metric leaves the choice and nobody makes it. */
    public Control control() {
        return control;
    }

    /**
     * The optimizer in this mode.
     * @param optimizer  as it would step synchronously, see {@link Preset#of(Network, Control)}
     * @param localSteps of a round; empty: as many as pay
     * @throws BadInput if partitions cannot take its steps by themselves
     */
    public OptimizerSpec of(OptimizerSpec optimizer, OptionalInt localSteps, Network network, Plan.Workload workload) {
        if (this == SYNCHRONOUS) {
            return optimizer;
        }
        if (!(optimizer instanceof FixedRateSpec each)) {
            throw new BadInput(
                    ("Cannot train in mode local by %s: its steps are %s on all rows of a batch, and partitions take theirs by themselves."
                                    + " Remedy: mode synchronous; or an optimizer whose steps can have a rate, such as kfac, natural, shampoo or adam")
                            .formatted(optimizer.title(), optimizer.control()));
        }
        return LocalSpec.of(each, localSteps, network, workload);
    }
}
