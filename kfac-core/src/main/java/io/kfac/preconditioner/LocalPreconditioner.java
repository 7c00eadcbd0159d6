package io.kfac.preconditioner;

import io.kfac.curvature.CurvatureKind;
import io.kfac.curvature.CurvatureSums;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import java.io.Serializable;
import java.util.Map;
import java.util.Optional;

/**
 * A worker's preconditioner: it applies what the driver's last {@link #refresh} made of the statistics, and takes none of its own.
 * What learns from the gradients of steps goes on learning.
 */
public final class LocalPreconditioner implements Preconditioner {
    private final Preconditioner applied;

    /** @param applied state of the driver's, by {@link State#saveApplied} */
    public LocalPreconditioner(Network network, Factory factory, Map<String, double[]> applied) {
        this.applied = factory.create(network);
        State.restoreApplied(this.applied, applied);
    }

    /** Makes preconditioners like the driver's where the rows are. */
    @FunctionalInterface
    public interface Factory extends Serializable {
        Preconditioner create(Network network);
    }

    @Override
    public Optional<Preconditioner> follower() {
        return applied.follower();
    }

    @Override
    public Optional<CurvatureKind> statistics(long key, double rows) {
        return Optional.empty();
    }

    @Override
    public void accumulate(Optional<CurvatureSums> sums, Parameters gradient) {}

    @Override
    public void follow(Parameters gradient) {
        applied.follow(gradient);
    }

    @Override
    public void refresh(double damping) {}

    @Override
    public void apply(Parameters gradient, Parameters out) {
        applied.apply(gradient, out);
    }

    @Override
    public double exponent() {
        return applied.exponent();
    }

    @Override
    public void visit(State state) {
        applied.visit(state);
    }
}
