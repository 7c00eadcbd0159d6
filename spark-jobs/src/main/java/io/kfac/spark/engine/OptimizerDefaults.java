package io.kfac.spark.engine;

import io.kfac.curvature.FisherKind;
import io.kfac.model.Network;

/** Optimizers as they are where nobody says anything else. */
public final class OptimizerDefaults {
    /** Of exact optimizers: the Newton decrement, as a share of the loss. */
    public static final double TOLERANCE = 1e-9;

    private OptimizerDefaults() {}

    public static OptimizerSpec.ClippedKfac clippedKfac() {
        return new OptimizerSpec.ClippedKfac(2_048, 0.3, 1e-3, 0.9, 1e-3, 5, 20, FisherKind.SAMPLED);
    }

    /** Without a hidden layer the loss is convex, and batches of all rows pay. */
    public static OptimizerSpec.Natural natural(Network network) {
        return network.depth() == 1
                ? new OptimizerSpec.Natural(Integer.MAX_VALUE, 1, 1, Double.NaN, FisherKind.EXACT)
                : new OptimizerSpec.Natural(2_000, 0.25, 5, Double.NaN, FisherKind.EXACT);
    }

    public static OptimizerSpec.Adam adam() {
        return new OptimizerSpec.Adam(256, 1e-3, 0.9, 1e-8);
    }

    public static OptimizerSpec.Sgd sgd() {
        return new OptimizerSpec.Sgd(256, 0.1, 0.9);
    }
}
