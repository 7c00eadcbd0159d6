package io.kfac.spark.bench;

import io.kfac.model.Network;
import io.kfac.optimizer.FixedRateOptions;
import io.kfac.optimizer.Momentum;
import io.kfac.preconditioner.ShampooPreconditioner;
import io.kfac.spark.engine.Control;
import io.kfac.spark.engine.FixedRateSpec;
import io.kfac.spark.engine.OptimizerSpec;
import io.kfac.spark.engine.Preset;
import io.kfac.spark.engine.ShampooMetric;
import java.util.Set;

/** What is compared: the presets, and of those that have sides or a momentum the other kind. Second order first. */
enum Choice {
    KFAC(Preset.KFAC),
    KFAC_CLIPPED(Preset.KFAC_CLIPPED),
    EKFAC(Preset.EKFAC),
    EKFAC_CLIPPED(Preset.EKFAC_CLIPPED),
    SHAMPOO(Preset.SHAMPOO),
    SHAMPOO_ONE_SIDED(Preset.SHAMPOO),
    TRUST_REGION(Preset.TRUST_REGION),
    HESSIAN_FREE(Preset.HESSIAN_FREE),
    L_BFGS(Preset.L_BFGS),
    NATURAL(Preset.NATURAL),
    NATURAL_BLOCKS(Preset.NATURAL_BLOCKS),
    DIAGONAL(Preset.DIAGONAL),
    ADAM(Preset.ADAM),
    ADAMW(Preset.ADAMW),
    SGD(Preset.SGD),
    MOMENTUM(Preset.SGD),
    NESTEROV(Preset.NESTEROV);

    private static final Set<Preset> FIRST_ORDER = Set.of(Preset.ADAM, Preset.ADAMW, Preset.SGD, Preset.NESTEROV);

    private final Preset preset;

    Choice(Preset preset) {
        this.preset = preset;
    }

    boolean firstOrder() {
        return FIRST_ORDER.contains(preset);
    }

    /** Whether nothing divides its gradients: then steps are longer. */
    boolean plain() {
        return firstOrder() && preset != Preset.ADAM && preset != Preset.ADAMW;
    }

    String key() {
        return BenchConf.key(this);
    }

    /** @param local whether partitions step by themselves; the clipped members of two metrics are choices of their own */
    OptimizerSpec of(Network network, boolean local) {
        OptimizerSpec spec = preset.of(network);
        return switch (this) {
            case SGD -> withoutMomentum((FixedRateSpec) spec);
            case SHAMPOO_ONE_SIDED -> oneSided((FixedRateSpec) spec);
            case NATURAL, NATURAL_BLOCKS, DIAGONAL -> local ? preset.of(network, Control.CLIPPED) : spec;
            default -> spec;
        };
    }

    private static OptimizerSpec withoutMomentum(FixedRateSpec spec) {
        FixedRateOptions options = spec.options();
        return new FixedRateSpec(
                spec.metric(),
                FixedRateOptions.plain(
                        options.batchRows(), options.rate().peak(), options.damping(), new Momentum.None()));
    }

    private static OptimizerSpec oneSided(FixedRateSpec spec) {
        ShampooMetric two = (ShampooMetric) spec.metric();
        ShampooPreconditioner.Options one = new ShampooPreconditioner.Options(
                ShampooPreconditioner.Sides.ONE,
                two.options().decay(),
                two.options().most());
        return new FixedRateSpec(new ShampooMetric(one, two.graft(), two.warmup()), spec.options());
    }
}
