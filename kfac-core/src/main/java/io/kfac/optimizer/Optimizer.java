package io.kfac.optimizer;

import io.kfac.model.Parameters;
import io.kfac.objective.Objective;
import io.kfac.preconditioner.Preconditioner;
import java.util.Optional;

/** A step rule and its state. Not thread-safe. */
public interface Optimizer {

    /** The current point, in double: a view that the next step may change. */
    Parameters parameters();

    /** The last point that was judged good: where a run that is stopped at once ends. */
    Parameters settled();

    /** Passes over the training rows so far. */
    double epoch();

    /**
     * Takes one step.
     * @return what was learnt about a finished step: this one, or, where a step is judged by the pass that the next one
     *     needs anyway, the one before (empty at the first)
     */
    Optional<StepReport> step(Objective objective);

    /** Judges what is still to be judged: a last step, undoing it if it was bad, or the point where a run was stopped short. */
    Optional<StepReport> finish(Objective objective);

    /** Why no further step can help, if so. */
    Optional<String> stalled();

    /** The metric that steps are measured in, where it is kept as one: not to be changed. */
    default Optional<Preconditioner> preconditioner() {
        return Optional.empty();
    }

    /** The quadratic model at the current point, where the optimizer has one; empty before the first step. */
    default Optional<LocalModel> localModel() {
        return Optional.empty();
    }

    /** How good the current point is, where the optimizer can tell; empty before the first step. */
    default Optional<Certificate> certificate() {
        return Optional.empty();
    }
}
