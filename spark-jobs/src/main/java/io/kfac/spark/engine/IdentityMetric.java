package io.kfac.spark.engine;

import io.kfac.curvature.CurvatureKind;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.preconditioner.IdentityPreconditioner;
import io.kfac.preconditioner.Preconditioner;
import java.util.Optional;

/** None: gradient descent. */
public record IdentityMetric() implements Metric {
    @Override
    public String title() {
        return "SGD";
    }

    @Override
    public Preconditioner create(Network network, double batchShare) {
        return new IdentityPreconditioner();
    }

    @Override
    public Optional<CurvatureKind> statistics() {
        return Optional.empty();
    }

    @Override
    public Needs needs(Layer layer) {
        return Needs.NOTHING;
    }
}
