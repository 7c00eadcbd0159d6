package io.kfac.spark.engine;

import io.kfac.curvature.CurvatureKind;
import io.kfac.curvature.FisherKind;
import io.kfac.curvature.Kronecker;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.preconditioner.KroneckerPreconditioner;
import io.kfac.preconditioner.Preconditioner;
import java.util.Optional;

/** K-FAC. @param decay of its moving sums, 0 to forget all but the last batch */
public record KroneckerMetric(FisherKind fisher, double decay) implements Metric {
    @Override
    public String title() {
        return "K-FAC";
    }

    @Override
    public Preconditioner create(Network network, double batchShare) {
        double inputRows = KroneckerPreconditioner.Options.defaults().inputRows();
        return new KroneckerPreconditioner(network, new KroneckerPreconditioner.Options(fisher, decay, inputRows));
    }

    @Override
    public Optional<CurvatureKind> statistics() {
        return Optional.of(new Kronecker(fisher, 0, 0));
    }

    @Override
    public Needs needs(Layer layer) {
        long a = layer.columns();
        long g = layer.outputs();
        // Moving sum, damped copy, Cholesky factor and a batch's unpacked sums; the packed ones; V transposed.
        return new Needs(
                "A %,d x %1$,d, G %,d x %2$,d".formatted(a, g),
                4 * (a * a + g * g) + Needs.packed(a) + Needs.packed(g) + a * g,
                a * a + g * g + Needs.packed(a) + Needs.packed(g),
                0,
                Needs.packed(a) + Needs.packed(g),
                (double) a * a,
                (double) g * g,
                ((double) a * a * a + (double) g * g * g) / 3,
                0);
    }

    @Override
    public Metric of(FisherKind other) {
        return new KroneckerMetric(other, decay);
    }

    @Override
    public Metric sampledEvery(int batches) {
        return new KroneckerMetric(fisher, Math.pow(decay, batches));
    }
}
