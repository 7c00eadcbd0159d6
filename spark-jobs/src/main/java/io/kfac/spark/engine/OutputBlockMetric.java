package io.kfac.spark.engine;

import io.kfac.curvature.CurvatureKind;
import io.kfac.curvature.OutputBlocks;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.preconditioner.OutputBlockPreconditioner;
import io.kfac.preconditioner.Preconditioner;
import java.util.Optional;

/** The exact block of each output, for models without hidden layers. */
public record OutputBlockMetric() implements Metric {
    @Override
    public String title() {
        return "natural gradient by outputs";
    }

    @Override
    public Preconditioner create(Network network, double batchShare) {
        return new OutputBlockPreconditioner(network);
    }

    @Override
    public Optional<CurvatureKind> statistics() {
        return Optional.of(new OutputBlocks(0, 1, new double[0]));
    }

    @Override
    public Needs needs(Layer layer) {
        long a = layer.columns();
        long g = layer.outputs();
        // Sums, damped copies, Cholesky factors and a batch's unpacked sums; the packed ones.
        return new Needs(
                "%,d blocks of %,d x %2$,d".formatted(g, a),
                g * (4 * a * a + Needs.packed(a)),
                g * (a * a + Needs.packed(a)),
                0,
                g * Needs.packed(a),
                (double) g * a * a,
                0,
                (double) g * a * a * a / 3,
                0);
    }
}
