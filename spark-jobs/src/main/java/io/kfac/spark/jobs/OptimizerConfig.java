package io.kfac.spark.jobs;

import io.kfac.model.Network;
import io.kfac.objective.Penalty;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.engine.AdaptiveSpec;
import io.kfac.spark.engine.ExactSolver;
import io.kfac.spark.engine.ExactSpec;
import io.kfac.spark.engine.FixedRateSpec;
import io.kfac.spark.engine.IdentityMetric;
import io.kfac.spark.engine.OptimizerSpec;
import io.kfac.spark.engine.Preset;
import io.kfac.spark.engine.QuasiNewtonSpec;
import io.kfac.spark.engine.SolverChoice;
import io.kfac.spark.engine.TruncatedSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which optimizer with which settings; empty ones take the optimizer's own default. */
record OptimizerConfig(
        Name name,
        Penalty penalty,
        MetricConfig metric,
        StepConfig steps,
        OptionalDouble tolerance,
        Optional<ExactSolver> solver) {
    private static final String SECTION = "optimizer.";
    private static final List<String> EXACT = List.of("tolerance", "solver");

    /** The optimizers there are, with what may be set. All but {@code newton} are presets. */
    enum Name {
        KFAC(Settable.SELF_TUNING, MetricConfig.FISHER),
        KFAC_CLIPPED(Settable.CLIPPED, MetricConfig.FISHER),
        EKFAC(Settable.SELF_TUNING, MetricConfig.FISHER),
        EKFAC_CLIPPED(Settable.CLIPPED, MetricConfig.FISHER),
        NATURAL(Settable.SELF_TUNING, MetricConfig.FISHER),
        NATURAL_BLOCKS(Settable.SELF_TUNING, MetricConfig.FISHER, MetricConfig.BLOCK),
        DIAGONAL(Settable.SELF_TUNING, MetricConfig.FISHER),
        NEWTON(EXACT),
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
        Name(List<String>... settings) {
            this.settings = Stream.of(settings).flatMap(List::stream).toList();
        }

        /** In configuration, tables and file names. */
        String key() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Settings that step controls share. */
    private static final class Settable {
        static final List<String> SELF_TUNING =
                join(StepConfig.BATCH, StepConfig.ADAPTIVE, StepConfig.DAMPING, StepConfig.REFRESH);
        static final List<String> RATE = join(StepConfig.BATCH, RateConfig.KEYS, StepConfig.MOMENTUM);
        static final List<String> CLIPPED = join(RATE, StepConfig.DAMPING, StepConfig.REFRESH, StepConfig.STATISTICS);

        static final List<String> SOLVED =
                join(StepConfig.BATCH, StepConfig.ADAPTIVE, StepConfig.DAMPING, StepConfig.PRODUCTS);

        @SafeVarargs
        private static List<String> join(List<String>... groups) {
            return Stream.of(groups).flatMap(List::stream).toList();
        }
    }

    static OptimizerConfig of(Settings settings) {
        Name name = settings.oneOf(SECTION + "name", Name.values());
        refuseOthersSettings(settings, name);
        double l1 = settings.amount(SECTION + "l1");
        if (l1 > 0 && name != Name.NEWTON && name != Name.L_BFGS) {
            throw new BadInput("Cannot use %sl1 = %s with optimizer %s. Remedy: --set optimizer.name=newton"
                    .formatted(SECTION, l1, name.key()));
        }
        return new OptimizerConfig(
                name,
                new Penalty(settings.amount(SECTION + "l2"), l1, new double[0]),
                MetricConfig.of(settings, SECTION),
                StepConfig.of(settings, SECTION),
                settings.autoPositive(SECTION + "tolerance"),
                settings.autoOneOf(SECTION + "solver", ExactSolver.values()));
    }

    private static void refuseOthersSettings(Settings settings, Name name) {
        Arrays.stream(Name.values())
                .flatMap(any -> any.settings.stream())
                .distinct()
                .filter(key -> !name.settings.contains(key) && !settings.isAuto(SECTION + key))
                .findFirst()
                .ifPresent(key -> {
                    throw new BadInput("Cannot use %s with optimizer %s: it is for %s. Remedy: leave it out (auto)"
                            .formatted(SECTION + key, name.key(), usersOf(key)));
                });
    }

    private static String usersOf(String key) {
        return Arrays.stream(Name.values())
                .filter(name -> name.settings.contains(key))
                .map(Name::key)
                .collect(Collectors.joining(", "));
    }

    /** @param choice what suits the data, where the exact optimum is asked for */
    OptimizerSpec spec(Network network, SolverChoice choice) {
        if (name == Name.NEWTON) {
            if (network.depth() > 1) {
                throw new BadInput("Cannot use optimizer newton on hidden layers: only without them is the Fisher the"
                        + " Hessian. Remedy: --set model.hidden=[], or --set optimizer.name=kfac");
            }
            return exact(choice);
        }
        if (name == Name.L_BFGS) {
            return quasiNewton(network, choice);
        }
        OptimizerSpec preset = Preset.valueOf(name.name()).of(network);
        if (preset instanceof AdaptiveSpec adaptive) {
            return new AdaptiveSpec(metric.over(adaptive.metric()), steps.over(adaptive.options()));
        }
        if (preset instanceof FixedRateSpec fixed) {
            return new FixedRateSpec(metric.over(fixed.metric()), steps.over(fixed.options()));
        }
        if (preset instanceof TruncatedSpec truncated) {
            return new TruncatedSpec(metric.over(truncated.metric()), steps.over(truncated.options()));
        }
        return preset;
    }

    private OptimizerSpec quasiNewton(Network network, SolverChoice choice) {
        double share = tolerance.orElse(Preset.TOLERANCE);
        if (network.depth() == 1) {
            return choice.quasi(share);
        }
        if (penalty.l1() > 0) {
            throw new BadInput("Cannot use %sl1 = %s with hidden layers. Remedy: l2, or --set model.hidden=[]"
                    .formatted(SECTION, penalty.l1()));
        }
        return new QuasiNewtonSpec(new IdentityMetric(), share);
    }

    private ExactSpec exact(SolverChoice choice) {
        double share = tolerance.orElse(Preset.TOLERANCE);
        return solver.isEmpty() ? choice.choose(penalty, share) : solver.get().spec(choice, penalty, share);
    }
}
