package io.kfac.spark.jobs;

import io.kfac.spark.data.BadInput;
import io.kfac.spark.engine.Control;
import io.kfac.spark.engine.TrainingMode;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The optimizers there are, with what may be set. All but {@code newton} are presets. */
enum OptimizerName {
    KFAC(Settable.CONTROL, MetricConfig.FISHER),
    KFAC_CLIPPED(Settable.CLIPPED, MetricConfig.FISHER),
    EKFAC(Settable.CONTROL, MetricConfig.FISHER),
    EKFAC_CLIPPED(Settable.CLIPPED, MetricConfig.FISHER),
    NATURAL(Settable.CONTROL, MetricConfig.FISHER),
    NATURAL_BLOCKS(Settable.CONTROL, MetricConfig.FISHER, MetricConfig.BLOCK),
    DIAGONAL(Settable.CONTROL, MetricConfig.FISHER),
    NEWTON(Settable.EXACT),
    TRUST_REGION(Settable.SOLVED, StepConfig.RADIUS, MetricConfig.FISHER),
    HESSIAN_FREE(Settable.SOLVED, MetricConfig.FISHER),
    L_BFGS(List.of("tolerance")),
    SHAMPOO(Settable.RATE, StepConfig.DAMPING, StepConfig.REFRESH, MetricConfig.BLOCK, MetricConfig.SHAMPOO),
    ADAM(Settable.RATE, StepConfig.DAMPING, MetricConfig.MOMENTS),
    ADAMW(Settable.RATE, StepConfig.DAMPING, MetricConfig.MOMENTS),
    SGD(Settable.RATE),
    NESTEROV(Settable.RATE);

    @SuppressWarnings("ImmutableEnumChecker") // List.of is
    private final List<String> settings;

    @SafeVarargs
    OptimizerName(List<String>... settings) {
        this.settings = Settable.join(settings);
    }

    /** Settings that step controls share. */
    private static final class Settable {
        static final List<String> CONTROL = List.of("control");
        static final List<String> EXACT = List.of("tolerance", "solver");
        static final List<String> QUADRATIC =
                join(StepConfig.BATCH, StepConfig.ADAPTIVE, StepConfig.DAMPING, StepConfig.REFRESH);
        static final List<String> RATE = join(StepConfig.BATCH, RateConfig.KEYS, StepConfig.MOMENTUM);
        static final List<String> CLIPPED = join(RATE, StepConfig.DAMPING, StepConfig.REFRESH, StepConfig.STATISTICS);
        static final List<String> SOLVED =
                join(StepConfig.BATCH, StepConfig.ADAPTIVE, StepConfig.DAMPING, StepConfig.PRODUCTS);

        @SafeVarargs
        static List<String> join(List<String>... groups) {
            return Stream.of(groups).flatMap(List::stream).toList();
        }
    }

    /** In configuration, tables and file names. */
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether there is a choice of {@link Control}. */
    private boolean choosesControl() {
        return settings.containsAll(Settable.CONTROL);
    }

    private boolean takes(String key, Control control) {
        List<String> more = !choosesControl()
                ? List.of()
                : switch (control) {
                    case QUADRATIC -> Settable.QUADRATIC;
                    case CLIPPED -> Settable.CLIPPED;
                };
        return settings.contains(key) || more.contains(key);
    }

    /**
     * Refuses what would be ignored.
     * @param section where the settings are
     * @param mode    of training
     */
    void refuseOthersSettings(Settings given, String section, Control control, TrainingMode mode) {
        Stream.concat(
                        Stream.of(values()).flatMap(any -> any.settings.stream()),
                        Stream.concat(Settable.QUADRATIC.stream(), Settable.CLIPPED.stream()))
                .distinct()
                .filter(key -> !takes(key, control) && !given.isAuto(section + key))
                .findFirst()
                .ifPresent(key -> {
                    throw refused(key, section, control, mode);
                });
        if (choosesControl() && control == Control.QUADRATIC && mode == TrainingMode.LOCAL) {
            throw new BadInput(
                    ("Cannot use optimizer %s with %scontrol = quadratic and train.mode = local: the quadratic model measures each step"
                                    + " on all rows of a batch. Remedy: --set %2$scontrol=clipped, or --set train.mode=synchronous")
                            .formatted(key(), section));
        }
    }

    private BadInput refused(String key, String section, Control control, TrainingMode mode) {
        boolean ofTheOtherControl = Stream.of(Control.values()).anyMatch(other -> takes(key, other));
        if (!ofTheOtherControl) {
            String users = Stream.of(values())
                    .filter(name -> name.takes(key, Control.QUADRATIC) || name.takes(key, Control.CLIPPED))
                    .map(name -> name.takes(key, Control.QUADRATIC) ? name.key() : name.key() + " (control = clipped)")
                    .collect(Collectors.joining(", "));
            return new BadInput("Cannot use %s with optimizer %s: it is for %s. Remedy: leave it out (auto)"
                    .formatted(section + key, key(), users));
        }
        String remedy = control == Control.QUADRATIC
                ? section + "control=clipped"
                : mode == TrainingMode.LOCAL ? "train.mode=synchronous" : section + "control=quadratic";
        return new BadInput(
                "Cannot use %s with optimizer %s, whose control is %s. Remedy: --set %s, or leave it out (auto)"
                        .formatted(section + key, key(), control.key(), remedy));
    }
}
