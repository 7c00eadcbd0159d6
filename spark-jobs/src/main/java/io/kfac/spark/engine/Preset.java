package io.kfac.spark.engine;

import io.kfac.curvature.FisherKind;
import io.kfac.model.Network;
import io.kfac.optimizer.AdaptiveOptions;
import io.kfac.optimizer.FixedRateOptions;
import io.kfac.optimizer.Momentum;
import io.kfac.optimizer.Refresh;
import io.kfac.preconditioner.ShampooPreconditioner;
import java.util.Locale;

/** Optimizers that have names: a metric and a step control, with the settings that hold where nobody says anything else. */
public enum Preset {
    KFAC,
    KFAC_CLIPPED,
    EKFAC,
    EKFAC_CLIPPED,
    NATURAL,
    NATURAL_BLOCKS,
    DIAGONAL,
    SHAMPOO,
    ADAM,
    ADAMW,
    SGD,
    NESTEROV;

    /** Of exact optimizers: the Newton decrement, as a share of the loss. */
    public static final double TOLERANCE = 1e-9;

    private static final double BETA2 = 0.999;
    private static final double MU = 0.9;
    private static final int LARGEST_BLOCK = 1_024;

    /** In configuration, tables and file names. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The composition as it suits the network. */
    public OptimizerSpec of(Network network) {
        return switch (this) {
            case KFAC -> adaptive(network, new Metric.Kronecker(FisherKind.SAMPLED, Metric.DECAY), 5);
            case KFAC_CLIPPED -> clipped(new Metric.Kronecker(FisherKind.SAMPLED, Metric.DECAY));
            case EKFAC -> adaptive(network, new Metric.EigenKronecker(FisherKind.SAMPLED, Metric.DECAY), 5);
            case EKFAC_CLIPPED -> clipped(new Metric.EigenKronecker(FisherKind.SAMPLED, Metric.DECAY));
            case NATURAL -> exact(network, new Metric.FullFisher(FisherKind.EXACT));
            case NATURAL_BLOCKS -> exact(network, new Metric.LayerBlocks(FisherKind.EXACT, LARGEST_BLOCK));
            case DIAGONAL -> adaptive(network, new Metric.Diagonal(FisherKind.SAMPLED), 1);
            case SHAMPOO ->
                new OptimizerSpec.FixedRate(
                        new Shampoo(
                                new ShampooPreconditioner.Options(
                                        ShampooPreconditioner.Sides.TWO, Metric.DECAY, LARGEST_BLOCK),
                                Shampoo.Graft.ADAM,
                                10),
                        FixedRateOptions.plain(1_024, 3e-3, 1e-8, new Momentum.GradientAverage(MU))
                                .every(1, 10));
            case ADAM -> adam(0);
            case ADAMW -> adam(0.01);
            case SGD -> descent(new Momentum.HeavyBall(MU));
            case NESTEROV -> descent(new Momentum.Nesterov(MU));
        };
    }

    private static boolean convex(Network network) {
        return network.depth() == 1;
    }

    /** Without a hidden layer the loss is convex, and batches of all rows pay. */
    private static OptimizerSpec adaptive(Network network, Metric metric, int refreshEvery) {
        return new OptimizerSpec.Adaptive(
                metric,
                new AdaptiveOptions(
                        AdaptiveOptions.firstBatchRows(network),
                        convex(network) ? 1 : 0.25,
                        new Refresh.Every(refreshEvery),
                        Double.NaN));
    }

    /** An exact Fisher costs too much for more than small batches, but where the Hessian of all rows is wanted anyway. */
    private static OptimizerSpec exact(Network network, Metric metric) {
        boolean convex = convex(network);
        return new OptimizerSpec.Adaptive(
                metric,
                new AdaptiveOptions(
                        convex ? Integer.MAX_VALUE : 2_000,
                        convex ? 1 : 0.25,
                        new Refresh.Every(convex ? 1 : 5),
                        Double.NaN));
    }

    private static OptimizerSpec clipped(Metric metric) {
        return new OptimizerSpec.FixedRate(
                metric,
                FixedRateOptions.plain(2_048, 0.3, 1e-3, new Momentum.HeavyBall(MU))
                        .clippedAt(1e-3)
                        .every(5, 20));
    }

    private static OptimizerSpec adam(double decay) {
        return new OptimizerSpec.FixedRate(
                new Metric.AdamMoments(BETA2),
                FixedRateOptions.plain(256, 1e-3, 1e-8, new Momentum.GradientAverage(MU))
                        .decayed(decay));
    }

    private static OptimizerSpec descent(Momentum momentum) {
        return new OptimizerSpec.FixedRate(new Metric.Identity(), FixedRateOptions.plain(256, 0.1, 0, momentum));
    }
}
