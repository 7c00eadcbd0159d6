package io.kfac.optimizer;

/**
 * How good a point is.
 * @param objective    mean loss with the penalty, nats a row
 * @param decrement    g' H^-1 g / 2 there: about how far above the infimum the objective is (Boyd and Vandenberghe 2004, sec. 9.5); where
 *     conjugate gradients ended early, only that it is not less; NaN where nobody has looked
 * @param gradientNorm Euclidean norm of the gradient; with absolute values in the penalty, of the least subgradient
 * @param passes       over the data
 * @param converged    whether the decrement is within the tolerance
 * @param reason       why the run stopped there
 */
public record Certificate(
        double objective, double decrement, double gradientNorm, long passes, boolean converged, String reason) {}
