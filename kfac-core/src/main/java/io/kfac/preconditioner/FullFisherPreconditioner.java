package io.kfac.preconditioner;

import io.kfac.curvature.CurvatureKind;
import io.kfac.curvature.CurvatureSums;
import io.kfac.curvature.FisherKind;
import io.kfac.curvature.FullFisher;
import io.kfac.linalg.Cholesky;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import java.util.Optional;

/** The exact natural gradient (Amari 1998): P = (F + lambda I)^-1, F the whole Fisher. For small models. */
public final class FullFisherPreconditioner implements Preconditioner {
    private final Network network;
    private final FisherKind fisher;
    private final MovingSum moments;
    private Optional<Cholesky> factor = Optional.empty();

    /** @param decay of the moving sum, a batch; 0 forgets all but the last one */
    public FullFisherPreconditioner(Network network, FisherKind fisher, double decay) {
        this.network = network;
        this.fisher = fisher;
        this.moments = new MovingSum(network.size(), decay);
    }

    @Override
    public Optional<CurvatureKind> statistics(long key, double rows) {
        return Optional.of(new FullFisher(fisher, key));
    }

    @Override
    public void accumulate(Optional<CurvatureSums> sums, Parameters gradient) {
        sums.ifPresent(batch -> moments.add(new FullFisher(fisher, 0).matrix(network, batch), batch.weight()));
    }

    @Override
    public void refresh(double damping) {
        factor = Optional.of(DampedCholesky.of(moments, damping, "the full Fisher"));
        moments.mark();
    }

    @Override
    public void apply(Parameters gradient, Parameters out) {
        out.copyFrom(gradient);
        factor.orElseThrow().solveRows((DoubleMatrix) out.flat());
    }

    /** Relative change of the Fisher. */
    @Override
    public double drift() {
        return moments.drift();
    }

    @Override
    public void visit(State state) {
        moments.visit(state.at("F"));
        factor = state.factor("factor", moments.order(), factor);
    }

    @Override
    public double exponent() {
        return 1;
    }
}
