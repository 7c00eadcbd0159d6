package io.kfac.spark.engine;

import io.kfac.curvature.FisherKind;
import io.kfac.model.Network;
import io.kfac.optimizer.AdaptiveOptions;
import io.kfac.optimizer.FixedRateOptions;
import io.kfac.optimizer.Momentum;
import io.kfac.optimizer.Refresh;
import io.kfac.optimizer.StepRegion;
import io.kfac.optimizer.TruncatedOptions;
import io.kfac.preconditioner.AdamPreconditioner;
import io.kfac.preconditioner.ShampooPreconditioner;
import io.kfac.spark.engine.ShampooMetric.Graft;
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
    TRUST_REGION,
    HESSIAN_FREE,
    L_BFGS,
    SHAMPOO,
    ADAM,
    ADAMW,
    SGD,
    NESTEROV;

    /** Of exact optimizers: the Newton decrement, as a share of the loss. */
    public static final double TOLERANCE = 1e-9;

    private static final double BETA2 = 0.999;
    private static final double MU = 0.9;
    private static final double SGD_RATE = 0.1;

    /** Of steps as long as Adam's, on the batches of Shampoo, which are larger than Adam's own. */
    private static final double SHAMPOO_RATE = 6e-3;

    /** SGD's over 1 - mu: heavy-ball steps add up, averages of gradients do not. */
    private static final double SGD_GRAFT_RATE = 1;

    /** Of Shampoo's own steps, whose singular values are about 1. */
    private static final double UNGRAFTED_RATE = 0.05;

    /** Of eigenvalues of squared gradients. */
    private static final double SHAMPOO_FLOOR = 1e-8;

    private static final int LARGEST_BLOCK = 1_024;

    private static final int SMALLEST_BLOCK = 16;

    /** Of all blocks of the Fisher together: half a gigabyte. */
    private static final double BLOCK_NUMBERS = 7e7;

    /** Outputs up to which a backward pass for each is worth an exact Fisher of a network. */
    private static final int EXACT_OUTPUTS = 32;

    /** Rows times parameters of a step at a fixed rate. */
    private static final double CLIPPED_WORK = 5e8;

    /** Of trust regions, nats a row: divergences of outputs add up. */
    private static final double LEAST_RADIUS = 0.1;

    private static final double OUTPUT_RADIUS = 0.01;

    /** Of trust regions' solves: little, where the radius holds steps back anyway. */
    private static final double DAMPING = 1e-5;

    /** Of solves by conjugate gradients, which start from the last solution: each product is a job. */
    private static final int PRODUCTS = 2;

    private static final double RESIDUAL = 0.1;

    /** In configuration, tables and file names. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The composition as it suits the network, where all rows take each step together. */
    public OptimizerSpec of(Network network) {
        return switch (this) {
            case KFAC -> adaptive(network, new KroneckerMetric(FisherKind.SAMPLED, Metric.DECAY), 5);
            case KFAC_CLIPPED -> KFAC.of(network, Control.CLIPPED);
            case EKFAC -> adaptive(network, new EigenKroneckerMetric(FisherKind.SAMPLED, Metric.DECAY), 5);
            case EKFAC_CLIPPED -> EKFAC.of(network, Control.CLIPPED);
            case NATURAL -> exact(network, new FullFisherMetric(residuals(network)));
            case NATURAL_BLOCKS -> exact(network, new LayerBlockMetric(residuals(network), block(network)));
            case DIAGONAL -> adaptive(network, new DiagonalMetric(FisherKind.SAMPLED), 1);
            case TRUST_REGION -> truncated(network, new StepRegion.KlRadius(radius(network), DAMPING));
            case HESSIAN_FREE -> truncated(network, new StepRegion.ReductionRatio(Double.NaN));
            case L_BFGS ->
                convex(network)
                        ? new ExactSpec.QuasiNewton(TOLERANCE, new IdentityMetric())
                        : new QuasiNewtonSpec(new IdentityMetric(), TOLERANCE);
            case SHAMPOO -> shampoo(Graft.ADAM);
            case ADAM -> adam(0);
            case ADAMW -> adam(0.01);
            case SGD -> descent(new Momentum.HeavyBall(MU));
            case NESTEROV -> descent(new Momentum.Nesterov(MU));
        };
    }

    /** The same with lengths of steps chosen so, where the quadratic model chooses them else; itself where there is no choice. */
    public OptimizerSpec of(Network network, Control control) {
        OptimizerSpec own = of(network);
        return control == Control.CLIPPED && own instanceof AdaptiveSpec adaptive
                ? clipped(network, adaptive.metric())
                : own;
    }

    /** {@link #SHAMPOO} with the lengths of another's steps, and the rate that goes with these. */
    public static FixedRateSpec shampoo(Graft graft) {
        double rate =
                switch (graft) {
                    case NONE -> UNGRAFTED_RATE;
                    case SGD -> SGD_GRAFT_RATE;
                    case RMSPROP, ADAM -> SHAMPOO_RATE;
                };
        return new FixedRateSpec(
                new ShampooMetric(
                        new ShampooPreconditioner.Options(ShampooPreconditioner.Sides.TWO, Metric.DECAY, LARGEST_BLOCK),
                        graft,
                        graft == Graft.NONE ? 0 : 10),
                FixedRateOptions.plain(4_096, rate, SHAMPOO_FLOOR, new Momentum.GradientAverage(MU))
                        .every(1, 10));
    }

    private static boolean convex(Network network) {
        return network.depth() == 1;
    }

    /** Without hidden layers the exact Fisher comes from Gram matrices; with some it takes a backward pass an output. */
    private static FisherKind residuals(Network network) {
        return convex(network) || network.outputs() <= EXACT_OUTPUTS ? FisherKind.EXACT : FisherKind.SAMPLED;
    }

    /** A power of two: the larger the model, the smaller the blocks that there is room for. From shapes, not from any machine's memory. */
    private static int block(Network network) {
        int room = Integer.highestOneBit((int) (BLOCK_NUMBERS / network.size()));
        return Math.max(SMALLEST_BLOCK, Math.min(LARGEST_BLOCK, room));
    }

    /** Without a hidden layer the loss is convex, and batches of all rows pay. */
    private static OptimizerSpec adaptive(Network network, Metric metric, int refreshEvery) {
        return new AdaptiveSpec(
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
        return new AdaptiveSpec(
                metric,
                new AdaptiveOptions(
                        convex ? Integer.MAX_VALUE : 2_000,
                        convex ? 1 : 0.25,
                        new Refresh.Every(convex ? 1 : 5),
                        Double.NaN));
    }

    private static double radius(Network network) {
        return Math.max(LEAST_RADIUS, OUTPUT_RADIUS * network.outputs());
    }

    private static OptimizerSpec truncated(Network network, StepRegion region) {
        return new TruncatedSpec(
                new KroneckerMetric(FisherKind.SAMPLED, Metric.DECAY),
                new TruncatedOptions(
                        AdaptiveOptions.firstBatchRows(network),
                        convex(network) ? 1 : 0.25,
                        PRODUCTS,
                        RESIDUAL,
                        region));
    }

    /** At a rate and within a length in the metric. Steps of large models are dear enough with fewer rows, and it is steps that they need. */
    static FixedRateSpec clipped(Network network, Metric metric) {
        int rows = (int) Math.max(1_024, Math.min(2_048, CLIPPED_WORK / network.size()));
        return new FixedRateSpec(
                metric,
                FixedRateOptions.plain(rows, 0.2, 3e-3, new Momentum.HeavyBall(MU))
                        .clippedAt(3e-3)
                        .every(5, 20));
    }

    private static OptimizerSpec adam(double decay) {
        return new FixedRateSpec(
                new AdamMetric(BETA2),
                FixedRateOptions.plain(256, 1e-3, AdamPreconditioner.EPSILON, new Momentum.GradientAverage(MU))
                        .decayed(decay));
    }

    private static OptimizerSpec descent(Momentum momentum) {
        return new FixedRateSpec(new IdentityMetric(), FixedRateOptions.plain(256, SGD_RATE, 0, momentum));
    }
}
