package io.kfac.spark.engine;

import io.kfac.objective.Penalty;
import io.kfac.spark.data.BadInput;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How the exact optimum is found, where somebody else than {@link SolverChoice#choose} chooses. */
public enum ExactSolver {
    /** By the whole Hessian; proximal Newton where absolute values are penalised. */
    NEWTON,
    /** By conjugate gradients on Fisher-vector products. */
    NEWTON_CG,
    /** By L-BFGS, or OWL-QN where absolute values are penalised. */
    L_BFGS;

    /** In configuration and parameters: {@code newton-cg}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Empty where no solver has that {@link #key}. */
    public static Optional<ExactSolver> named(String key) {
        return Arrays.stream(values())
                .filter(solver -> solver.key().equals(key))
                .findFirst();
    }

    /**
     * With the preconditioner that there is room for.
     * @param tolerance share of the loss that the Newton decrement may be at the end
     * @throws BadInput if it cannot minimise with that penalty
     */
    public ExactSpec spec(SolverChoice choice, Penalty penalty, double tolerance) {
        if (this == NEWTON_CG && penalty.l1() > 0) {
            throw new BadInput(
                    "Cannot use %s with absolute values in the penalty (of weight %s): they have no Hessian. Remedy: %s, %s or auto"
                            .formatted(key(), penalty.l1(), NEWTON.key(), L_BFGS.key()));
        }
        return switch (this) {
            case NEWTON -> new ExactSpec.Newton(tolerance);
            case NEWTON_CG -> choice.truncated(tolerance);
            case L_BFGS -> choice.quasi(tolerance);
        };
    }
}
