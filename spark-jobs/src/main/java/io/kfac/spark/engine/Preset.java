package io.kfac.spark.engine;

import io.kfac.curvature.FisherKind;
import io.kfac.model.Network;
import io.kfac.optimizer.AdaptiveOptions;
import io.kfac.optimizer.FixedRateOptions;
import io.kfac.optimizer.Momentum;
import io.kfac.optimizer.Refresh;
import io.kfac.optimizer.StepRegion;
import io.kfac.optimizer.TruncatedOptions;
import java.util.Locale;

/** Optimizers that have names: a metric and a step control, with the settings that hold where nobody says anything else. */
public enum Preset {
    KFAC,
    KFAC_CLIPPED,
    NATURAL,
    TRUST_REGION,
    HESSIAN_FREE,
    L_BFGS,
    ADAM,
    SGD;

    /** Of exact optimizers: the Newton decrement, as a share of the loss. */
    public static final double TOLERANCE = 1e-9;

    private static final double BETA2 = 0.999;

    /** Of trust regions, nats a row. */
    private static final double RADIUS = 0.01;

    /** Of solves by conjugate gradients: each product is a job. */
    private static final int PRODUCTS = 10;

    private static final double RESIDUAL = 0.1;

    /** In configuration, tables and file names. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The composition as it suits the network. Without a hidden layer the loss is convex, and batches of all rows pay. */
    public OptimizerSpec of(Network network) {
        boolean convex = network.depth() == 1;
        double maxBatchShare = convex ? 1 : 0.25;
        Momentum ball = new Momentum.HeavyBall(0.9);
        return switch (this) {
            case KFAC ->
                adaptive(
                        new Metric.Kronecker(FisherKind.SAMPLED, Metric.DECAY),
                        AdaptiveOptions.firstBatchRows(network),
                        maxBatchShare,
                        5);
            case KFAC_CLIPPED ->
                new OptimizerSpec.FixedRate(
                        new Metric.Kronecker(FisherKind.SAMPLED, Metric.DECAY),
                        FixedRateOptions.plain(2_048, 0.3, 1e-3, ball)
                                .clippedAt(1e-3)
                                .every(5, 20));
            case NATURAL ->
                adaptive(
                        new Metric.FullFisher(FisherKind.EXACT),
                        convex ? Integer.MAX_VALUE : 2_000,
                        maxBatchShare,
                        convex ? 1 : 5);
            case TRUST_REGION -> truncated(network, maxBatchShare, new StepRegion.KlRadius(RADIUS, 1e-3));
            case HESSIAN_FREE -> truncated(network, maxBatchShare, new StepRegion.ReductionRatio(Double.NaN));
            case L_BFGS ->
                convex
                        ? new ExactSpec.QuasiNewton(TOLERANCE, new Metric.Identity())
                        : new OptimizerSpec.QuasiNewton(new Metric.Identity(), TOLERANCE);
            case ADAM ->
                new OptimizerSpec.FixedRate(
                        new Metric.AdamMoments(BETA2),
                        FixedRateOptions.plain(256, 1e-3, 1e-8, new Momentum.GradientAverage(0.9)));
            case SGD -> new OptimizerSpec.FixedRate(new Metric.Identity(), FixedRateOptions.plain(256, 0.1, 0, ball));
        };
    }

    private static OptimizerSpec truncated(Network network, double maxBatchShare, StepRegion region) {
        return new OptimizerSpec.Truncated(
                new Metric.Kronecker(FisherKind.SAMPLED, Metric.DECAY),
                new TruncatedOptions(
                        AdaptiveOptions.firstBatchRows(network), maxBatchShare, PRODUCTS, RESIDUAL, region));
    }

    private static OptimizerSpec adaptive(Metric metric, int batchRows, double maxBatchShare, int refreshEvery) {
        return new OptimizerSpec.Adaptive(
                metric, new AdaptiveOptions(batchRows, maxBatchShare, new Refresh.Every(refreshEvery), Double.NaN));
    }
}
