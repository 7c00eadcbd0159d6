package io.kfac.spark.engine;

import io.kfac.curvature.CurvatureKind;
import io.kfac.curvature.DiagonalFisher;
import io.kfac.curvature.FisherKind;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.preconditioner.DiagonalPreconditioner;
import io.kfac.preconditioner.Preconditioner;
import java.util.Optional;

/** The diagonal of the Fisher. */
public record DiagonalMetric(FisherKind fisher) implements Metric {
    @Override
    public String title() {
        return "diagonal natural gradient";
    }

    @Override
    public Preconditioner create(Network network, double batchShare) {
        return new DiagonalPreconditioner(network, fisher, Metric.decay(batchShare));
    }

    @Override
    public Optional<CurvatureKind> statistics() {
        return Optional.of(new DiagonalFisher(fisher, 0));
    }

    @Override
    public Needs needs(Layer layer) {
        long weights = layer.size();
        return new Needs("", 4 * weights, 2 * weights, 0, weights, 4.0 * weights, 0, 0);
    }

    @Override
    public Metric of(FisherKind other) {
        return new DiagonalMetric(other);
    }
}
