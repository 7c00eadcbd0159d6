package io.kfac.spark.engine;

import io.kfac.curvature.CurvatureKind;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.preconditioner.AdamPreconditioner;
import io.kfac.preconditioner.Preconditioner;
import java.util.Optional;

/** Adam's: roots of squares of the batch-mean gradient. @param beta2 their decay */
public record AdamMetric(double beta2) implements Metric {
    @Override
    public String title() {
        return "Adam";
    }

    @Override
    public Preconditioner create(Network network, double batchShare) {
        return new AdamPreconditioner(network, beta2);
    }

    @Override
    public Optional<CurvatureKind> statistics() {
        return Optional.empty();
    }

    @Override
    public Needs needs(Layer layer) {
        return new Needs("", 2L * layer.size(), 0, 0, 0, 0, 0, 0, 0);
    }

    /** The squares. */
    @Override
    public long followed(Layer layer) {
        return layer.size();
    }
}
