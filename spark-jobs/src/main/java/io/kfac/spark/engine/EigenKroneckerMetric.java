package io.kfac.spark.engine;

import io.kfac.curvature.CurvatureKind;
import io.kfac.curvature.EigenMoments;
import io.kfac.curvature.FisherKind;
import io.kfac.curvature.Kronecker;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.preconditioner.EigenKroneckerPreconditioner;
import io.kfac.preconditioner.KroneckerPreconditioner;
import io.kfac.preconditioner.Preconditioner;
import java.util.List;
import java.util.Optional;

/** E-KFAC: exact second moments in K-FAC's eigenbasis. @param decay of its moving sums */
public record EigenKroneckerMetric(FisherKind fisher, double decay) implements Metric {
    @Override
    public String title() {
        return "E-KFAC";
    }

    @Override
    public Preconditioner create(Network network, double batchShare) {
        double inputRows = KroneckerPreconditioner.Options.defaults().inputRows();
        return new EigenKroneckerPreconditioner(network, new KroneckerPreconditioner.Options(fisher, decay, inputRows));
    }

    @Override
    public Optional<CurvatureKind> statistics() {
        return Optional.of(new EigenMoments(new Kronecker(fisher, 0, 0), List.of(), List.of()));
    }

    @Override
    public Needs needs(Layer layer) {
        long a = layer.columns();
        long g = layer.outputs();
        long squares = a * a + g * g;
        // Sums, a batch's, bases and what an eigendecomposition works in; the packed sums; moments, theirs of a
        // batch.
        return new Needs(
                "A %,d x %1$,d, G %,d x %2$,d, their bases".formatted(a, g),
                10 * squares + Needs.packed(a) + Needs.packed(g) + 3 * a * g,
                2 * squares + Needs.packed(a) + Needs.packed(g) + a * g + Needs.PASS_ROWS * (a + g),
                squares,
                Needs.packed(a) + Needs.packed(g) + a * g,
                // A symmetric product and a rotation of inputs, and all squares; the same of deltas.
                3.0 * a * a + 2.0 * a * g,
                3.0 * g * g,
                0,
                Needs.eigenFlops(a) + Needs.eigenFlops(g));
    }

    @Override
    public Metric of(FisherKind other) {
        return new EigenKroneckerMetric(other, decay);
    }

    @Override
    public Metric sampledEvery(int batches) {
        return new EigenKroneckerMetric(fisher, Math.pow(decay, batches));
    }
}
