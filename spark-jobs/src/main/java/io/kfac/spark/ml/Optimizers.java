package io.kfac.spark.ml;

import io.kfac.model.Network;
import io.kfac.objective.Penalty;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.engine.AdaptiveSpec;
import io.kfac.spark.engine.ExactSolver;
import io.kfac.spark.engine.FixedRateSpec;
import io.kfac.spark.engine.IdentityMetric;
import io.kfac.spark.engine.LocalSpec;
import io.kfac.spark.engine.OptimizerSpec;
import io.kfac.spark.engine.Plan;
import io.kfac.spark.engine.Preset;
import io.kfac.spark.engine.QuasiNewtonSpec;
import io.kfac.spark.engine.SolverChoice;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** From the names of the parameter {@code optimizer} to optimizers. */
final class Optimizers {
    static final String AUTO = "auto";
    static final List<String> NAMES = Stream.of(
                    Stream.of(AUTO),
                    Arrays.stream(ExactSolver.values()).map(ExactSolver::key),
                    Arrays.stream(Preset.values()).map(Preset::key))
            .flatMap(names -> names)
            .distinct()
            .toList();

    static final String SYNCHRONOUS = "synchronous";
    static final String LOCAL = "local";
    static final List<String> MODES = List.of(SYNCHRONOUS, LOCAL);

    private Optimizers() {}

    /**
     * The optimizer in a mode.
     * @throws BadInput if it has none of its own to take local steps with
     */
    static OptimizerSpec in(String mode, OptimizerSpec optimizer, Network network, Plan.Workload workload) {
        if (mode.equals(SYNCHRONOUS)) {
            return optimizer;
        }
        if (!(optimizer instanceof FixedRateSpec each)) {
            throw new BadInput(
                    ("Cannot fit with mode local by %s: its steps are measured on all rows, and local steps have a fixed rate."
                                    + " Remedy: optimizer kfac-clipped, or another of a fixed rate; or mode synchronous")
                            .formatted(optimizer.title()));
        }
        return LocalSpec.of(each, OptionalInt.empty(), network, workload);
    }

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
        if (hidden && solver.isPresent() && solver.get() != ExactSolver.L_BFGS) {
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
            return hidden
                    ? new QuasiNewtonSpec(new IdentityMetric(), tolerance)
                    : solver.get().spec(choice, penalty, tolerance);
        }
        if (exact(name, hidden)) {
            return choice.choose(penalty, tolerance);
        }
        OptimizerSpec preset = preset(name).of(network);
        return preset instanceof AdaptiveSpec adaptive && damping.isPresent()
                ? new AdaptiveSpec(adaptive.metric(), adaptive.options().damped(damping.getAsDouble()))
                : preset;
    }

    private static Preset preset(String name) {
        return Arrays.stream(Preset.values())
                .filter(preset -> preset.key().equals(name))
                .findFirst()
                .orElse(Preset.KFAC);
    }
}
