package io.kfac.optimizer;

/** Is told of every finished step. */
@FunctionalInterface
public interface TrainingListener {
    void onStep(StepReport report);

    /** Comes first: for listeners that look at more of an optimizer than its reports. They must not change it. */
    default void onStart(Optimizer optimizer) {}
}
