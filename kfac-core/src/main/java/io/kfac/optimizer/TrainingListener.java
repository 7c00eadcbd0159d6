package io.kfac.optimizer;

/** Is told of every finished step. */
@FunctionalInterface
public interface TrainingListener {
    void onStep(StepReport report);
}
