package io.kfac.spark.ml;

import io.kfac.model.Network;
import io.kfac.objective.Penalty;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.engine.ExactSolver;
import io.kfac.spark.engine.OptimizerDefaults;
import io.kfac.spark.engine.OptimizerSpec;
import io.kfac.spark.engine.SolverChoice;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** From the names of the parameter {@code optimizer} to optimizers. */
final class Optimizers {
    static final String AUTO = "auto";
    private static final String KFAC = "kfac";
    static final List<String> NAMES = Stream.of(
                    Stream.of(AUTO),
                    Arrays.stream(ExactSolver.values()).map(ExactSolver::key),
                    Stream.of(KFAC, "kfac-clipped", "natural", "adam", "sgd"))
            .flatMap(names -> names)
            .toList();

    private Optimizers() {}

    /**
     * Whether the exact optimum is asked for, which takes double precision.
     * @param hidden whether there are hidden layers
     */
    static boolean exact(String name, boolean hidden) {
        return !hidden && (name.equals(AUTO) || ExactSolver.named(name).isPresent());
    }

    /**
     * The optimizer of a fit.
     * @param choice  what suits the data, where the exact optimum is asked for
     * @param damping empty: the optimizer's own
     * @throws BadInput if it cannot minimise the objective
     */
    static OptimizerSpec spec(
            String name,
            Network network,
            Penalty penalty,
            double tolerance,
            OptionalDouble damping,
            SolverChoice choice) {
        boolean hidden = network.depth() > 1;
        Optional<ExactSolver> solver = ExactSolver.named(name);
        if (hidden && solver.isPresent()) {
            throw new BadInput(
                    ("Cannot use optimizer %s with hidden layers: it is for the exact optimum of models without them."
                                    + " Remedy: optimizer kfac, or no hiddenLayers")
                            .formatted(name));
        }
        if (penalty.l1() > 0 && !exact(name, hidden)) {
            throw new BadInput("Cannot use elasticNetParam > 0 with %s: absolute values have no gradient at 0."
                            .formatted(hidden ? "hidden layers" : "optimizer " + name)
                    + " Remedy: elasticNetParam 0%s".formatted(hidden ? "" : ", or optimizer auto"));
        }
        if (solver.isPresent()) {
            return solver.get().spec(choice, penalty, tolerance);
        }
        return switch (name) {
            case AUTO -> hidden ? kfac(network, damping) : choice.choose(penalty, tolerance);
            case KFAC -> kfac(network, damping);
            case "kfac-clipped" -> OptimizerDefaults.clippedKfac();
            case "natural" -> {
                OptimizerSpec.Natural defaults = OptimizerDefaults.natural(network);
                yield new OptimizerSpec.Natural(
                        defaults.batchRows(),
                        defaults.maxBatchShare(),
                        defaults.refreshEvery(),
                        damping.orElse(defaults.damping()),
                        defaults.fisher());
            }
            case "adam" -> OptimizerDefaults.adam();
            case "sgd" -> OptimizerDefaults.sgd();
            default -> throw new IllegalArgumentException("Cannot use optimizer %s".formatted(name));
        };
    }

    private static OptimizerSpec kfac(Network network, OptionalDouble damping) {
        OptimizerSpec.Kfac defaults = OptimizerSpec.Kfac.defaults(network);
        return new OptimizerSpec.Kfac(
                defaults.batchRows(),
                defaults.maxBatchShare(),
                defaults.refreshEvery(),
                damping.orElse(defaults.damping()),
                defaults.fisher());
    }
}
