package io.kfac.spark.engine;

import io.kfac.curvature.CurvatureKind;
import io.kfac.curvature.FisherKind;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.preconditioner.Preconditioner;
import java.io.Serializable;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which approximation of the Fisher information steps are measured in: the part of an optimizer that is swapped. Every member makes
 * its preconditioner and knows what that needs, for plans.
 */
public sealed interface Metric extends Serializable
        permits IdentityMetric,
                AdamMetric,
                DiagonalMetric,
                FullFisherMetric,
                LayerBlockMetric,
                OutputBlockMetric,
                KroneckerMetric,
                EigenKroneckerMetric,
                ShampooMetric {
    /** Of moving sums that are still averaged over batches. */
    double DECAY = 0.95;

    /** In tables and the UI: {@code K-FAC}. */
    String title();

    /** The preconditioner in its initial state. @param batchShare share of the training rows in the first batches */
    Preconditioner create(Network network, double batchShare);

    /** The sums over rows that it takes, if any; their sizes are those of every step's. */
    Optional<CurvatureKind> statistics();

    /** What it needs for a layer. */
    Needs needs(Layer layer);

    /** What it needs for the network as a whole, besides its layers. */
    default Needs needs(Network network) {
        return Needs.NOTHING;
    }

    /** Of every layer and of the network as a whole. */
    default Stream<Needs> allNeeds(Network network) {
        return Stream.concat(network.layers().stream().map(this::needs), Stream.of(needs(network)));
    }

    /** Operations of the statistics of one row: residuals of an exact Fisher go back through the network once for each output. */
    default double rowFlops(Network network) {
        int passes = statistics().map(kind -> kind.passes(network)).orElse(0);
        double back = 2.0 * (network.size() - network.layer(0).size());
        return passes * back
                + allNeeds(network)
                        .mapToDouble(needs -> needs.rowFlops() + passes * needs.passFlops())
                        .sum();
    }

    /** Whether the driver learns from batches, from sums over their rows or from their gradients, where workers take local steps. */
    default boolean learns() {
        return statistics().isPresent();
    }

    /** Numbers that a worker of local steps learns by itself and brings back, for a layer. */
    default long followed(Layer layer) {
        return 0;
    }

    /** Numbers that it applies besides: about as many as the metric is made of, or as what statistics in its basis are sent with. */
    default long applied(Layer layer) {
        Needs needs = needs(layer);
        return Math.max(needs.answer(), needs.sent() > 0 ? needs.sent() + layer.size() : 0);
    }

    /** The same metric where statistics stand for so many batches: moving sums forget as much at once. */
    default Metric sampledEvery(int batches) {
        return this;
    }

    /** The same metric made of other residuals; itself where it is not made of residuals. */
    default Metric of(FisherKind fisher) {
        return this;
    }

    /**
     * What a metric takes beside the parameters and the gradient.
     * @param shape        its matrices, in words; empty where there are none
     * @param driver       doubles on the driver: moving sums, factors, a batch's sums
     * @param task         numbers in each running task
     * @param sent         numbers to each executor, a step
     * @param answer       numbers from each partition, a step
     * @param rowFlops     of the statistics of one row, once
     * @param passFlops    the same, for every pass that residuals go back in; without going back itself
     * @param dampingFlops on the driver, for every damping that a refresh tries
     * @param basisFlops   on the driver, once a refresh
     */
    record Needs(
            String shape,
            long driver,
            long task,
            long sent,
            long answer,
            double rowFlops,
            double passFlops,
            double dampingFlops,
            double basisFlops) {
        static final Needs NOTHING = new Needs("", 0, 0, 0, 0, 0, 0, 0, 0);

        /** The most rows that a task goes through at a time, with buffers for each. */
        static final int PASS_ROWS = 1_024;

        /** Of a symmetric eigendecomposition, in operations that run as fast as a product's (measured: n = 1,000 in 0.22 s). */
        static double eigenFlops(double order) {
            return 3 * order * order * order;
        }

        /** Numbers of a symmetric matrix. */
        static long packed(long order) {
            return order * (order + 1) / 2;
        }
    }

    /** Where a batch is all rows, exact sums of older points would only blur those of the point at hand. */
    static double decay(double decay, double batchShare) {
        return batchShare >= 1 ? 0 : decay;
    }
}
