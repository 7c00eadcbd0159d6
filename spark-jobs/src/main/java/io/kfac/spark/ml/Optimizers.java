package io.kfac.spark.ml;

import io.kfac.model.Network;
import io.kfac.objective.Penalty;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.engine.Control;
import io.kfac.spark.engine.ExactSolver;
import io.kfac.spark.engine.IdentityMetric;
import io.kfac.spark.engine.OptimizerSpec;
import io.kfac.spark.engine.Preset;
import io.kfac.spark.engine.QuasiNewtonSpec;
import io.kfac.spark.engine.SolverChoice;
import io.kfac.spark.engine.TrainingMode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
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

    static final List<String> MODES =
            Arrays.stream(TrainingMode.values()).map(TrainingMode::key).toList();

    private Optimizers() {}

    static TrainingMode mode(String key) {
        return Arrays.stream(TrainingMode.values())
                .filter(mode -> mode.key().equals(key))
                .findFirst()
                .orElseThrow();
    }

    /**
     * Whether the exact optimum is asked for, which takes double precision.
     * @param hidden whether there are hidden layers
     */
    static boolean exact(String name, boolean hidden) {
        return !hidden && (name.equals(AUTO) || ExactSolver.named(name).isPresent());
    }

    /**
     * The optimizer of a fit, as it would step synchronously.
     * @param control what chooses the length of its steps, where there is the choice
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
            Control control,
            SolverChoice choice) {
        OptimizerSpec own = spec(name, network, penalty, tolerance, control, choice);
        if (damping.isEmpty()) {
            return own;
        }
        return own.damped(damping.getAsDouble())
                .orElseThrow(() -> new BadInput(
                        "Cannot use damping = %s with optimizer %s: %s has none. Remedy: no damping, or optimizer kfac or another that has one"
                                .formatted(damping.getAsDouble(), name, own.title())));
    }

    private static OptimizerSpec spec(
            String name, Network network, Penalty penalty, double tolerance, Control control, SolverChoice choice) {
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
        return preset(name).of(network, control);
    }

    private static Preset preset(String name) {
        return Arrays.stream(Preset.values())
                .filter(preset -> preset.key().equals(name))
                .findFirst()
                .orElse(Preset.KFAC);
    }
}
