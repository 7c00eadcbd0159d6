package io.kfac.objective;

import io.kfac.curvature.CurvatureKind;
import io.kfac.model.Parameters;
import java.util.List;
import java.util.Optional;

/**
 * Which sums a {@link Query} asks for. The loss and the sum of weights always come.
 * @param gradient   the gradient of the loss
 * @param errors     how well rows are fitted: the weight of those whose class is predicted rightly, and the deviance
 * @param curvature  additive curvature statistics
 * @param directions k directions u in parameter space whose k x k products u_i' F u_j are wanted, F the exact Fisher
 * @param reference  parameters from whose distribution the divergence KL(reference || at) is wanted
 * @param multiplied a direction v in parameter space whose product F v with the exact Fisher is wanted
 * @param recession  a direction for which the rows are counted whose loss it would raise, and lower, without end
 * @param lines      points at which the loss is wanted too, of a network without hidden layers
 */
public record Request(
        boolean gradient,
        boolean errors,
        Optional<CurvatureKind> curvature,
        List<Parameters> directions,
        Optional<Parameters> reference,
        Optional<Parameters> multiplied,
        Optional<Parameters> recession,
        Optional<Lines> lines) {
    private static final Optional<Parameters> NONE = Optional.empty();
    private static final Request LOSS = directional(NONE, NONE, NONE);

    public Request {
        directions = List.copyOf(directions);
    }

    public static Request loss() {
        return LOSS;
    }

    public static Request lossAndErrors() {
        return LOSS.withErrors();
    }

    public static Request lossAndGradient() {
        return gradientAnd(Optional.empty());
    }

    public static Request gradientAnd(Optional<? extends CurvatureKind> curvature) {
        return new Request(true, false, curvature.map(kind -> kind), List.of(), NONE, NONE, NONE, Optional.empty());
    }

    public static Request curvature(CurvatureKind kind) {
        return new Request(false, false, Optional.of(kind), List.of(), NONE, NONE, NONE, Optional.empty());
    }

    public static Request fisherProducts(List<Parameters> directions) {
        return new Request(false, false, Optional.empty(), directions, NONE, NONE, NONE, Optional.empty());
    }

    public static Request divergenceFrom(Parameters reference) {
        return directional(Optional.of(reference), NONE, NONE);
    }

    public static Request fisherTimes(Parameters direction) {
        return directional(NONE, Optional.of(direction), NONE);
    }

    public static Request recession(Parameters direction) {
        return directional(NONE, NONE, Optional.of(direction));
    }

    public static Request lossOnLines(Lines lines) {
        return new Request(false, false, Optional.empty(), List.of(), NONE, NONE, NONE, Optional.of(lines));
    }

    private static Request directional(
            Optional<Parameters> reference, Optional<Parameters> multiplied, Optional<Parameters> recession) {
        return new Request(
                false, false, Optional.empty(), List.of(), reference, multiplied, recession, Optional.empty());
    }

    /** The same, and how well rows are fitted. */
    public Request withErrors() {
        return new Request(gradient, true, curvature, directions, reference, multiplied, recession, lines);
    }

    /** Whether a pass needs derivatives at all. */
    boolean slopes() {
        return gradient
                || curvature.isPresent()
                || !directions.isEmpty()
                || multiplied.isPresent()
                || recession.isPresent();
    }
}
