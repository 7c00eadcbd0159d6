package io.kfac.spark.jobs;

import io.kfac.curvature.FisherKind;
import io.kfac.model.Network;
import io.kfac.objective.Penalty;
import io.kfac.optimizer.AdaptiveOptions;
import io.kfac.optimizer.FixedRateOptions;
import io.kfac.optimizer.LearningRate;
import io.kfac.optimizer.Momentum;
import io.kfac.optimizer.Refresh;
import io.kfac.optimizer.StepRegion;
import io.kfac.optimizer.TruncatedOptions;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.engine.ExactSolver;
import io.kfac.spark.engine.ExactSpec;
import io.kfac.spark.engine.Metric;
import io.kfac.spark.engine.OptimizerSpec;
import io.kfac.spark.engine.Preset;
import io.kfac.spark.engine.SolverChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Which optimizer with which settings; empty ones take the optimizer's own default. */
record OptimizerConfig(Name name, Penalty penalty, Given given) {
    private static final String SECTION = "optimizer.";

    /** Settings of self-tuning steps. */
    private static final List<String> ADAPTIVE = List.of("batchRows", "maxBatchShare", "refreshEvery", "damping");

    /** Settings of steps at a rate. */
    private static final List<String> RATE = List.of("batchRows", "learningRate", "momentum");

    /** Settings of steps at a rate in a metric that is summed over rows. */
    private static final List<String> METRIC = List.of("damping", "klLimit", "statisticsEvery", "refreshEvery");

    private static final List<String> FISHER = List.of("fisher");

    /** Settings of steps that are solved for by Fisher products. */
    private static final List<String> TRUNCATED = List.of("batchRows", "maxBatchShare", "damping", "maxProducts");

    /** The optimizers there are, with what may be set. All but {@code newton} are presets. */
    enum Name {
        KFAC(ADAPTIVE, FISHER),
        KFAC_CLIPPED(RATE, METRIC, FISHER),
        NATURAL(ADAPTIVE, FISHER),
        NEWTON(List.of("tolerance", "solver")),
        TRUST_REGION(TRUNCATED, FISHER, List.of("radius")),
        HESSIAN_FREE(TRUNCATED, FISHER),
        L_BFGS(List.of("tolerance")),
        ADAM(RATE, List.of("damping")),
        SGD(RATE);

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

    /** What the configuration sets. */
    record Given(
            OptionalInt batchRows,
            OptionalDouble maxBatchShare,
            OptionalInt refreshEvery,
            OptionalDouble damping,
            OptionalDouble learningRate,
            OptionalDouble momentum,
            OptionalDouble klLimit,
            OptionalInt statisticsEvery,
            Optional<FisherKind> fisher,
            OptionalDouble tolerance,
            Optional<ExactSolver> solver,
            OptionalDouble radius,
            OptionalInt maxProducts) {}

    static OptimizerConfig of(Settings settings) {
        Name name = settings.oneOf(SECTION + "name", Name.values());
        for (String key : List.of(
                "batchRows",
                "maxBatchShare",
                "refreshEvery",
                "damping",
                "learningRate",
                "momentum",
                "klLimit",
                "statisticsEvery",
                "fisher",
                "tolerance",
                "solver",
                "radius",
                "maxProducts")) {
            if (!settings.isAuto(SECTION + key) && !name.settings.contains(key)) {
                throw new BadInput("Cannot use %s with optimizer %s: it is for %s. Remedy: leave it out (auto)"
                        .formatted(SECTION + key, name.key(), usersOf(key)));
            }
        }
        double l1 = settings.amount(SECTION + "l1");
        if (l1 > 0 && name != Name.NEWTON && name != Name.L_BFGS) {
            throw new BadInput("Cannot use %sl1 = %s with optimizer %s. Remedy: --set optimizer.name=newton"
                    .formatted(SECTION, l1, name.key()));
        }
        return new OptimizerConfig(
                name,
                new Penalty(settings.amount(SECTION + "l2"), l1, new double[0]),
                new Given(
                        settings.autoCount(SECTION + "batchRows"),
                        settings.autoPositiveShare(SECTION + "maxBatchShare"),
                        settings.autoCount(SECTION + "refreshEvery"),
                        settings.autoPositive(SECTION + "damping"),
                        settings.autoPositive(SECTION + "learningRate"),
                        settings.autoShare(SECTION + "momentum"),
                        settings.autoPositive(SECTION + "klLimit"),
                        settings.autoCount(SECTION + "statisticsEvery"),
                        settings.autoOneOf(SECTION + "fisher", FisherKind.values()),
                        settings.autoPositive(SECTION + "tolerance"),
                        settings.autoOneOf(SECTION + "solver", ExactSolver.values()),
                        settings.autoPositive(SECTION + "radius"),
                        settings.autoCount(SECTION + "maxProducts")));
    }

    private static String usersOf(String key) {
        List<String> users = new ArrayList<>();
        for (Name name : Name.values()) {
            if (name.settings.contains(key)) {
                users.add(name.key());
            }
        }
        return String.join(", ", users);
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
            double tolerance = given.tolerance.orElse(Preset.TOLERANCE);
            if (network.depth() > 1 && penalty.l1() > 0) {
                throw new BadInput("Cannot use %sl1 = %s with hidden layers. Remedy: l2, or --set model.hidden=[]"
                        .formatted(SECTION, penalty.l1()));
            }
            return network.depth() > 1
                    ? new OptimizerSpec.QuasiNewton(new Metric.Identity(), tolerance)
                    : choice.quasi(tolerance);
        }
        OptimizerSpec preset = Preset.valueOf(name.name()).of(network);
        if (preset instanceof OptimizerSpec.Adaptive adaptive) {
            return new OptimizerSpec.Adaptive(metric(adaptive.metric()), adaptive(adaptive.options()));
        }
        if (preset instanceof OptimizerSpec.FixedRate fixed) {
            return new OptimizerSpec.FixedRate(metric(fixed.metric()), fixed(fixed.options()));
        }
        if (preset instanceof OptimizerSpec.Truncated truncated) {
            return new OptimizerSpec.Truncated(metric(truncated.metric()), truncated(truncated.options()));
        }
        return preset;
    }

    private Metric metric(Metric preset) {
        return given.fisher.map(preset::of).orElse(preset);
    }

    private AdaptiveOptions adaptive(AdaptiveOptions preset) {
        return new AdaptiveOptions(
                given.batchRows.orElse(preset.batchRows()),
                given.maxBatchShare.orElse(preset.maxBatchShare()),
                refresh(preset.refresh()),
                given.damping.orElse(preset.damping()));
    }

    private TruncatedOptions truncated(TruncatedOptions preset) {
        return new TruncatedOptions(
                given.batchRows.orElse(preset.batchRows()),
                given.maxBatchShare.orElse(preset.maxBatchShare()),
                given.maxProducts.orElse(preset.maxProducts()),
                preset.tolerance(),
                region(preset.region()));
    }

    private StepRegion region(StepRegion preset) {
        double damping = given.damping.orElse(preset.damping());
        return preset instanceof StepRegion.KlRadius
                ? new StepRegion.KlRadius(given.radius.orElse(preset.radius()), damping)
                : new StepRegion.ReductionRatio(damping);
    }

    private FixedRateOptions fixed(FixedRateOptions preset) {
        return new FixedRateOptions(
                given.batchRows.orElse(preset.batchRows()),
                given.learningRate.isPresent()
                        ? new LearningRate.Constant(given.learningRate.getAsDouble())
                        : preset.rate(),
                given.damping.orElse(preset.damping()),
                momentum(preset.momentum()),
                given.klLimit.orElse(preset.klLimit()),
                preset.decay(),
                given.statisticsEvery.orElse(preset.statisticsEvery()),
                refresh(preset.refresh()));
    }

    private Momentum momentum(Momentum preset) {
        if (given.momentum.isEmpty()) {
            return preset;
        }
        double mu = given.momentum.getAsDouble();
        return preset instanceof Momentum.GradientAverage
                ? new Momentum.GradientAverage(mu)
                : new Momentum.HeavyBall(mu);
    }

    private Refresh refresh(Refresh preset) {
        return given.refreshEvery.isPresent() ? new Refresh.Every(given.refreshEvery.getAsInt()) : preset;
    }

    private ExactSpec exact(SolverChoice choice) {
        double tolerance = given.tolerance.orElse(Preset.TOLERANCE);
        return given.solver.isEmpty()
                ? choice.choose(penalty, tolerance)
                : given.solver.get().spec(choice, penalty, tolerance);
    }
}
