package io.kfac.objective;

import io.kfac.curvature.CurvatureKind;
import io.kfac.model.Parameters;
import java.util.List;
import java.util.Optional;

/**
 * Which sums a {@link Query} asks for. The loss and the sum of weights always come.
 * @param gradient   the gradient of the loss
 * @param errors     the weight of the rows whose class is predicted rightly, and the deviance
 * @param curvature  additive curvature statistics
 * @param directions k directions u in parameter space whose k x k products u_i' F u_j are wanted, F the exact Fisher
 * @param reference  parameters from whose distribution the divergence KL(reference || at) is wanted
 */
public record Request(
        boolean gradient,
        boolean errors,
        Optional<CurvatureKind> curvature,
        List<Parameters> directions,
        Optional<Parameters> reference) {
    public Request {
        directions = List.copyOf(directions);
    }

    public static Request loss() {
        return new Request(false, false, Optional.empty(), List.of(), Optional.empty());
    }

    public static Request lossAndErrors() {
        return new Request(false, true, Optional.empty(), List.of(), Optional.empty());
    }

    public static Request lossAndGradient() {
        return new Request(true, false, Optional.empty(), List.of(), Optional.empty());
    }

    public static Request gradientAnd(Optional<? extends CurvatureKind> curvature) {
        return new Request(true, false, curvature.map(kind -> kind), List.of(), Optional.empty());
    }

    public static Request fisherProducts(List<Parameters> directions) {
        return new Request(false, false, Optional.empty(), directions, Optional.empty());
    }

    public static Request divergenceFrom(Parameters reference) {
        return new Request(false, false, Optional.empty(), List.of(), Optional.of(reference));
    }

    /** Whether a pass needs derivatives at all. */
    boolean slopes() {
        return gradient || curvature.isPresent() || !directions.isEmpty();
    }
}
