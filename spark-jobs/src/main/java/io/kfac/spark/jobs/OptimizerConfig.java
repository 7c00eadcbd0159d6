package io.kfac.spark.jobs;

import io.kfac.curvature.FisherKind;
import io.kfac.model.Network;
import io.kfac.objective.Penalty;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.engine.ExactSolver;
import io.kfac.spark.engine.ExactSpec;
import io.kfac.spark.engine.OptimizerDefaults;
import io.kfac.spark.engine.OptimizerSpec;
import io.kfac.spark.engine.SolverChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Which optimizer with which settings; empty ones take the optimizer's own default. */
record OptimizerConfig(Name name, Penalty penalty, Given given) {
    private static final String SECTION = "optimizer.";

    /** The optimizers there are. */
    enum Name {
        KFAC("batchRows", "maxBatchShare", "refreshEvery", "damping", "fisher"),
        KFAC_CLIPPED(
                "batchRows",
                "learningRate",
                "damping",
                "momentum",
                "klLimit",
                "statisticsEvery",
                "refreshEvery",
                "fisher"),
        NATURAL("batchRows", "maxBatchShare", "refreshEvery", "damping", "fisher"),
        NEWTON("tolerance", "solver"),
        ADAM("batchRows", "learningRate", "momentum", "damping"),
        SGD("batchRows", "learningRate", "momentum");

        @SuppressWarnings("ImmutableEnumChecker") // List.of is
        private final List<String> settings;

        Name(String... settings) {
            this.settings = List.of(settings);
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
            Optional<ExactSolver> solver) {}

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
                "solver")) {
            if (!settings.isAuto(SECTION + key) && !name.settings.contains(key)) {
                throw new BadInput("Cannot use %s with optimizer %s: it is for %s. Remedy: leave it out (auto)"
                        .formatted(SECTION + key, name.key(), usersOf(key)));
            }
        }
        double l1 = settings.amount(SECTION + "l1");
        if (l1 > 0 && name != Name.NEWTON) {
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
                        settings.autoOneOf(SECTION + "solver", ExactSolver.values())));
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
        Given g = given;
        return switch (name) {
            case KFAC -> {
                OptimizerSpec.Kfac defaults = OptimizerSpec.Kfac.defaults(network);
                yield new OptimizerSpec.Kfac(
                        g.batchRows.orElse(defaults.batchRows()),
                        g.maxBatchShare.orElse(defaults.maxBatchShare()),
                        g.refreshEvery.orElse(defaults.refreshEvery()),
                        g.damping.orElse(defaults.damping()),
                        g.fisher.orElse(defaults.fisher()));
            }
            case KFAC_CLIPPED -> {
                OptimizerSpec.ClippedKfac defaults = OptimizerDefaults.clippedKfac();
                yield new OptimizerSpec.ClippedKfac(
                        g.batchRows.orElse(defaults.batchRows()),
                        g.learningRate.orElse(defaults.learningRate()),
                        g.damping.orElse(defaults.damping()),
                        g.momentum.orElse(defaults.momentum()),
                        g.klLimit.orElse(defaults.klLimit()),
                        g.statisticsEvery.orElse(defaults.statisticsEvery()),
                        g.refreshEvery.orElse(defaults.refreshEvery()),
                        g.fisher.orElse(defaults.fisher()));
            }
            case NATURAL -> {
                OptimizerSpec.Natural defaults = OptimizerDefaults.natural(network);
                yield new OptimizerSpec.Natural(
                        g.batchRows.orElse(defaults.batchRows()),
                        g.maxBatchShare.orElse(defaults.maxBatchShare()),
                        g.refreshEvery.orElse(defaults.refreshEvery()),
                        g.damping.orElse(defaults.damping()),
                        g.fisher.orElse(defaults.fisher()));
            }
            case NEWTON -> {
                if (network.depth() > 1) {
                    throw new BadInput(
                            "Cannot use optimizer newton on hidden layers: only without them is the Fisher the"
                                    + " Hessian. Remedy: --set model.hidden=[], or --set optimizer.name=kfac");
                }
                yield exact(choice);
            }
            case ADAM -> {
                OptimizerSpec.Adam defaults = OptimizerDefaults.adam();
                yield new OptimizerSpec.Adam(
                        g.batchRows.orElse(defaults.batchRows()),
                        g.learningRate.orElse(defaults.learningRate()),
                        g.momentum.orElse(defaults.momentum()),
                        g.damping.orElse(defaults.damping()));
            }
            case SGD -> {
                OptimizerSpec.Sgd defaults = OptimizerDefaults.sgd();
                yield new OptimizerSpec.Sgd(
                        g.batchRows.orElse(defaults.batchRows()),
                        g.learningRate.orElse(defaults.learningRate()),
                        g.momentum.orElse(defaults.momentum()));
            }
        };
    }

    private ExactSpec exact(SolverChoice choice) {
        double tolerance = given.tolerance.orElse(OptimizerDefaults.TOLERANCE);
        return given.solver.isEmpty()
                ? choice.choose(penalty, tolerance)
                : given.solver.get().spec(choice, penalty, tolerance);
    }
}
