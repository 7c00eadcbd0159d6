package io.kfac.spark.engine;

import io.kfac.curvature.CurvatureKind;
import io.kfac.curvature.FisherKind;
import io.kfac.curvature.FullFisher;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.preconditioner.FullFisherPreconditioner;
import io.kfac.preconditioner.Preconditioner;
import java.util.List;
import java.util.Optional;

/** The whole Fisher, for small models. @param decay of its moving sums */
public record FullFisherMetric(FisherKind fisher, double decay) implements Metric {
    public FullFisherMetric(FisherKind fisher) {
        this(fisher, DECAY);
    }

    @Override
    public String title() {
        return "natural gradient";
    }

    @Override
    public Preconditioner create(Network network, double batchShare) {
        return new FullFisherPreconditioner(network, fisher, Metric.decay(decay, batchShare));
    }

    @Override
    public Optional<CurvatureKind> statistics() {
        return Optional.of(new FullFisher(fisher, 0));
    }

    @Override
    public Needs needs(Layer layer) {
        return Needs.NOTHING;
    }

    @Override
    public Needs needs(Network network) {
        long p = network.size();
        CurvatureKind kind = statistics().orElseThrow();
        List<Integer> orders = kind.orders(network);
        long sums = orders.stream().mapToLong(order -> (long) order * order).sum();
        long packed = orders.stream().mapToLong(Needs::packed).sum();
        boolean once = kind.passes(network) == 0;
        // Moving sum, damped copy, Cholesky factor and the whole; the sums of a batch, unpacked and packed.
        return new Needs(
                "F %,d x %1$,d".formatted(p),
                4 * p * p + sums + packed,
                sums + packed,
                0,
                packed,
                once ? sums : 0,
                // Per-example gradients and their products.
                once ? 0 : 2.0 * p + sums,
                (double) p * p * p / 3,
                0);
    }

    @Override
    public Metric of(FisherKind other) {
        return new FullFisherMetric(other, decay);
    }

    @Override
    public Metric sampledEvery(int batches) {
        return new FullFisherMetric(fisher, Math.pow(decay, batches));
    }
}
