package io.kfac.spark.jobs;

import io.kfac.curvature.FisherKind;
import io.kfac.preconditioner.ShampooPreconditioner.Options;
import io.kfac.preconditioner.ShampooPreconditioner.Sides;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.engine.AdamMetric;
import io.kfac.spark.engine.LayerBlockMetric;
import io.kfac.spark.engine.Metric;
import io.kfac.spark.engine.ShampooMetric;
import io.kfac.spark.engine.ShampooMetric.Graft;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** What the configuration sets of a metric; empty settings are the preset's. @param graft chooses the preset, with its rate */
record MetricConfig(
        Optional<FisherKind> fisher,
        OptionalInt block,
        OptionalDouble beta2,
        Optional<Sides> sides,
        Optional<Graft> graft,
        OptionalInt startAfter) {
    static final List<String> FISHER = List.of("fisher");
    static final List<String> BLOCK = List.of("block");
    static final List<String> MOMENTS = List.of("beta2");
    static final List<String> SHAMPOO = List.of("beta2", "sides", "graft", "startAfter");

    static MetricConfig of(Settings settings, String section) {
        MetricConfig config = new MetricConfig(
                settings.autoOneOf(section + "fisher", FisherKind.values()),
                settings.autoCount(section + "block"),
                settings.autoPositiveShare(section + "beta2"),
                settings.autoOneOf(section + "sides", Sides.values()),
                settings.autoOneOf(section + "graft", Graft.values()),
                settings.autoCountFromZero(section + "startAfter"));
        if (config.startAfter.orElse(0) > 0 && config.graft.equals(Optional.of(Graft.NONE))) {
            throw new BadInput(
                    "Cannot use %sstartAfter = %d with %1$sgraft = none: until then steps are the graft's. Remedy: leave it out (auto), or another graft"
                            .formatted(section, config.startAfter.getAsInt()));
        }
        return config;
    }

    Metric over(Metric preset) {
        Metric metric = fisher.map(preset::of).orElse(preset);
        if (metric instanceof LayerBlockMetric blocks) {
            return new LayerBlockMetric(blocks.fisher(), block.orElse(blocks.most()));
        }
        if (metric instanceof AdamMetric adam) {
            return new AdamMetric(adamDecay(adam.beta2()));
        }
        if (metric instanceof ShampooMetric shampoo) {
            Options options = shampoo.options();
            return new ShampooMetric(
                    new Options(
                            sides.orElse(options.sides()), beta2.orElse(options.decay()), block.orElse(options.most())),
                    shampoo.graft(),
                    startAfter.orElse(shampoo.warmup()));
        }
        return metric;
    }

    private double adamDecay(double preset) {
        double decay = beta2.orElse(preset);
        if (decay >= 1) {
            throw new BadInput(
                    "Cannot use optimizer.beta2 = %s with Adam: its squares are an average, corrected for its start."
                                    .formatted(decay)
                            + " Remedy: a number below 1");
        }
        return decay;
    }
}
