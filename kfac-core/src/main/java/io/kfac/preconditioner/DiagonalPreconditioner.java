package io.kfac.preconditioner;

import io.kfac.curvature.CurvatureKind;
import io.kfac.curvature.CurvatureSums;
import io.kfac.curvature.DiagonalFisher;
import io.kfac.curvature.FisherKind;
import io.kfac.linalg.Matrix;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import java.util.Optional;

/** The diagonal natural gradient: P = (diag F + lambda I)^-1. What Adam is often taken for. */
public final class DiagonalPreconditioner implements Preconditioner {
    private final FisherKind fisher;
    private final double decay;
    private final double[] sums;
    private final double[] inverse;
    private final double[] marked;
    private final double[] penalty;
    private double weight;
    private boolean refreshed;

    /** @param decay of the moving sum, a batch; 0 forgets all but the last one */
    public DiagonalPreconditioner(Network network, FisherKind fisher, double decay) {
        this.fisher = fisher;
        this.decay = decay;
        this.sums = new double[network.size()];
        this.inverse = new double[network.size()];
        this.marked = new double[network.size()];
        this.penalty = new double[network.size()];
    }

    @Override
    public Optional<CurvatureKind> statistics(long key, double rows) {
        return Optional.of(new DiagonalFisher(fisher, key));
    }

    @Override
    public void accumulate(Optional<CurvatureSums> sums, Parameters gradient) {
        sums.ifPresent(batch -> {
            double[] numbers = new double[this.sums.length];
            batch.numbers().getRow(0, numbers);
            for (int i = 0; i < numbers.length; i++) {
                this.sums[i] = decay * this.sums[i] + numbers[i];
            }
            weight = decay * weight + batch.weight();
        });
    }

    @Override
    public void refresh(double damping) {
        refresh(damping, new double[sums.length]);
    }

    @Override
    public void refresh(double damping, double[] second) {
        for (int i = 0; i < sums.length; i++) {
            marked[i] = sums[i] / weight;
            penalty[i] = second[i];
        }
        damp(damping);
        refreshed = true;
    }

    /** A coordinate without curvature and without damping is left where it is. */
    @Override
    public boolean damp(double damping) {
        for (int i = 0; i < sums.length; i++) {
            double curvature = marked[i] + damping + penalty[i];
            inverse[i] = curvature > 0 ? 1 / curvature : 0;
        }
        return true;
    }

    @Override
    public void apply(Parameters gradient, Parameters out) {
        Matrix flat = out.flat();
        double[] g = gradient.toArray();
        for (int i = 0; i < g.length; i++) {
            g[i] *= inverse[i];
        }
        flat.setRow(0, g);
    }

    /** Relative change of the diagonal. */
    @Override
    public double drift() {
        if (!refreshed) {
            return Double.POSITIVE_INFINITY;
        }
        double distance = 0;
        double length = 0;
        for (int i = 0; i < sums.length; i++) {
            double change = sums[i] / weight - marked[i];
            distance += change * change;
            length += marked[i] * marked[i];
        }
        return distance == 0 ? 0 : Math.sqrt(distance / length);
    }

    @Override
    public void visit(State state) {
        state.array("inverse", inverse);
        if (state.appliedOnly()) {
            return;
        }
        state.array("sums", sums);
        weight = state.number("weight", weight);
        state.array("marked", marked);
        state.array("penalty", penalty);
        refreshed = state.flag("refreshed", refreshed);
    }

    @Override
    public double exponent() {
        return 1;
    }
}
