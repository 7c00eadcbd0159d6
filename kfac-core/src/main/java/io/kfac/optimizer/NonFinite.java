package io.kfac.optimizer;

import io.kfac.curvature.CurvatureSums;
import io.kfac.model.Network;
import io.kfac.objective.Evaluation;

/** Stops a run at the first number that is not finite, saying where it is and what helps. */
final class NonFinite {
    private NonFinite() {}

    /** @param step named in the message */
    static void check(Network network, Evaluation evaluation, long step) {
        evaluation.gradient().ifPresent(gradient -> {
            for (int l = network.depth() - 1; l >= 0; l--) {
                if (!gradient.layer(l).isFinite()) {
                    throw failure("the gradient of layer %d".formatted(l), step);
                }
            }
        });
        if (!Double.isFinite(evaluation.loss())) {
            throw failure("the loss", step);
        }
        if (!evaluation.curvature().map(CurvatureSums::isFinite).orElse(true)) {
            throw failure("the curvature statistics", step);
        }
        if (!(evaluation.weight() > 0)) {
            throw noRows(step);
        }
    }

    static ArithmeticException noRows(long step) {
        return new ArithmeticException(
                "Cannot take step %d: no row with a positive weight is in its batch; use a larger batch"
                        .formatted(step));
    }

    private static ArithmeticException failure(String what, long step) {
        return new ArithmeticException(
                ("Cannot take step %d: %s is not finite. Standardize the features, lower the learning rate or raise the damping,"
                                + " or compute in double (--set model.precision=double)")
                        .formatted(step, what));
    }
}
