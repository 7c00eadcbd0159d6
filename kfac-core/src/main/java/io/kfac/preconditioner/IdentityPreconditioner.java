package io.kfac.preconditioner;

import io.kfac.curvature.CurvatureKind;
import io.kfac.curvature.CurvatureSums;
import io.kfac.model.Parameters;
import java.util.Optional;

/** The flat metric: P = 1 / (1 + lambda), plain gradient descent where lambda is 0. */
public final class IdentityPreconditioner implements Preconditioner {
    private double damping;

    @Override
    public Optional<CurvatureKind> statistics(long key, double rows) {
        return Optional.empty();
    }

    @Override
    public void accumulate(Optional<CurvatureSums> sums, Parameters gradient) {}

    @Override
    public void refresh(double lambda) {
        damping = lambda;
    }

    @Override
    public void apply(Parameters gradient, Parameters out) {
        out.copyFrom(gradient);
        out.scale(1 / (1 + damping));
    }

    @Override
    public void visit(State state) {
        damping = state.number("damping", damping);
    }

    /** There is nothing to learn. */
    @Override
    public Optional<Preconditioner> follower() {
        return Optional.of(this);
    }

    @Override
    public double exponent() {
        return 1;
    }
}
