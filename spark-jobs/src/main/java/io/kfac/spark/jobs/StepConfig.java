package io.kfac.spark.jobs;

import io.kfac.optimizer.AdaptiveOptions;
import io.kfac.optimizer.FixedRateOptions;
import io.kfac.optimizer.Refresh;
import io.kfac.optimizer.StepRegion;
import io.kfac.optimizer.TruncatedOptions;
import io.kfac.spark.data.BadInput;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** What the configuration sets of a step control; empty settings are the preset's. */
record StepConfig(
        OptionalInt batchRows,
        OptionalDouble maxBatchShare,
        OptionalDouble damping,
        Optional<Refresh> refresh,
        OptionalInt statisticsEvery,
        RateConfig rate,
        OptionalDouble momentum,
        OptionalDouble decay,
        OptionalDouble klLimit,
        OptionalDouble radius,
        OptionalInt maxProducts) {
    static final List<String> BATCH = List.of("batchRows");
    static final List<String> ADAPTIVE = List.of("maxBatchShare");
    static final List<String> DAMPING = List.of("damping");
    static final List<String> REFRESH = List.of("refreshEvery", "drift");
    static final List<String> STATISTICS = List.of("statisticsEvery", "klLimit");
    static final List<String> PRODUCTS = List.of("maxProducts");
    static final List<String> RADIUS = List.of("radius");
    static final List<String> MOMENTUM = List.of("momentum", "decay");

    static StepConfig of(Settings settings, String section) {
        return new StepConfig(
                settings.autoCount(section + "batchRows"),
                settings.autoPositiveShare(section + "maxBatchShare"),
                settings.autoPositive(section + "damping"),
                refresh(
                        settings.autoCount(section + "refreshEvery"),
                        settings.autoPositive(section + "drift"),
                        section),
                settings.autoCount(section + "statisticsEvery"),
                RateConfig.of(settings, section),
                settings.autoShare(section + "momentum"),
                settings.autoShare(section + "decay"),
                settings.autoPositive(section + "klLimit"),
                settings.autoPositive(section + "radius"),
                settings.autoCount(section + "maxProducts"));
    }

    private static Optional<Refresh> refresh(OptionalInt every, OptionalDouble drift, String section) {
        if (every.isPresent() && drift.isPresent()) {
            throw new BadInput(
                    "Cannot use both %srefreshEvery and %1$sdrift: one is in place of the other. Remedy: leave one out (auto)"
                            .formatted(section));
        }
        if (drift.isPresent()) {
            return Optional.of(new Refresh.Drift(drift.getAsDouble()));
        }
        return every.isPresent() ? Optional.of(new Refresh.Every(every.getAsInt())) : Optional.empty();
    }

    AdaptiveOptions over(AdaptiveOptions preset) {
        return new AdaptiveOptions(
                batchRows.orElse(preset.batchRows()),
                maxBatchShare.orElse(preset.maxBatchShare()),
                refresh.orElse(preset.refresh()),
                damping.orElse(preset.damping()));
    }

    TruncatedOptions over(TruncatedOptions preset) {
        return new TruncatedOptions(
                batchRows.orElse(preset.batchRows()),
                maxBatchShare.orElse(preset.maxBatchShare()),
                maxProducts.orElse(preset.maxProducts()),
                preset.tolerance(),
                over(preset.region()));
    }

    private StepRegion over(StepRegion preset) {
        StepRegion damped = preset.damped(damping.orElse(preset.damping()));
        return damped instanceof StepRegion.KlRadius region && radius.isPresent()
                ? new StepRegion.KlRadius(radius.getAsDouble(), region.damping())
                : damped;
    }

    FixedRateOptions over(FixedRateOptions preset) {
        return new FixedRateOptions(
                batchRows.orElse(preset.batchRows()),
                rate.over(preset.rate()),
                damping.orElse(preset.damping()),
                momentum.isPresent() ? preset.momentum().of(momentum.getAsDouble()) : preset.momentum(),
                klLimit.orElse(preset.klLimit()),
                decay.orElse(preset.decay()),
                statisticsEvery.orElse(preset.statisticsEvery()),
                refresh.orElse(preset.refresh()));
    }
}
