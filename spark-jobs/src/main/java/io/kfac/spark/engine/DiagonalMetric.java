package io.kfac.spark.engine;

import io.kfac.curvature.CurvatureKind;
import io.kfac.curvature.DiagonalFisher;
import io.kfac.curvature.FisherKind;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.preconditioner.DiagonalPreconditioner;
import io.kfac.preconditioner.Preconditioner;
import java.util.Optional;

/** The diagonal of the Fisher. @param decay of its moving sums */
public record DiagonalMetric(FisherKind fisher, double decay) implements Metric {
    public DiagonalMetric(FisherKind fisher) {
        this(fisher, DECAY);
    }

    @Override
    public String title() {
        return "diagonal natural gradient";
    }

    @Override
    public Preconditioner create(Network network, double batchShare) {
        return new DiagonalPreconditioner(network, fisher, Metric.decay(decay, batchShare));
    }

    @Override
    public Optional<CurvatureKind> statistics() {
        return Optional.of(new DiagonalFisher(fisher, 0));
    }

    @Override
    public Needs needs(Layer layer) {
        long weights = layer.size();
        // A batch's sums, twice; squares of deltas.
        long task = 2 * weights + 2L * Needs.PASS_ROWS * layer.outputs();
        return new Needs("", 4 * weights, task, 0, weights, 2.0 * weights, 2.0 * layer.outputs(), 0, 0);
    }

    @Override
    public Metric of(FisherKind other) {
        return new DiagonalMetric(other, decay);
    }

    @Override
    public Metric sampledEvery(int batches) {
        return new DiagonalMetric(fisher, Math.pow(decay, batches));
    }
}
