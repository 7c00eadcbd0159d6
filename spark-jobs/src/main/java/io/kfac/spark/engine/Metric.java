package io.kfac.spark.engine;

import io.kfac.curvature.CurvatureKind;
import io.kfac.curvature.DiagonalFisher;
import io.kfac.curvature.EigenMoments;
import io.kfac.curvature.FisherKind;
import io.kfac.curvature.ParameterBlock;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.preconditioner.AdamPreconditioner;
import io.kfac.preconditioner.BlockFisherPreconditioner;
import io.kfac.preconditioner.DiagonalPreconditioner;
import io.kfac.preconditioner.EigenKroneckerPreconditioner;
import io.kfac.preconditioner.FullFisherPreconditioner;
import io.kfac.preconditioner.IdentityPreconditioner;
import io.kfac.preconditioner.KroneckerPreconditioner;
import io.kfac.preconditioner.OutputBlockPreconditioner;
import io.kfac.preconditioner.Preconditioner;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * Which approximation of the Fisher information steps are measured in: the part of an optimizer that is swapped. Every member makes
 * its preconditioner and knows what that needs, for plans.
 */
public sealed interface Metric extends Serializable
        permits Metric.Identity,
                Metric.AdamMoments,
                Metric.Diagonal,
                Metric.FullFisher,
                Metric.LayerBlocks,
                Metric.OutputBlocks,
                Metric.Kronecker,
                Metric.EigenKronecker,
                Shampoo {
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
     * @param rowFlops     of the statistics of one row
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
            double dampingFlops,
            double basisFlops) {
        static final Needs NOTHING = new Needs("", 0, 0, 0, 0, 0, 0, 0);
    }

    /** Of a symmetric eigendecomposition, in operations that run as fast as a product's (measured: n = 1,000 in 0.22 s). */
    static double eigenFlops(double order) {
        return 3 * order * order * order;
    }

    private static long packed(long order) {
        return order * (order + 1) / 2;
    }

    /** Where a batch is all rows, exact sums of older points would only blur those of the point at hand. */
    private static double decay(double batchShare) {
        return batchShare >= 1 ? 0 : DECAY;
    }

    /** None: gradient descent. */
    record Identity() implements Metric {
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

    /** Adam's: roots of squares of the batch-mean gradient. @param beta2 their decay */
    record AdamMoments(double beta2) implements Metric {
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
            return new Needs("", 2L * layer.size(), 0, 0, 0, 0, 0, 0);
        }
    }

    /** The diagonal of the Fisher. */
    record Diagonal(FisherKind fisher) implements Metric {
        @Override
        public String title() {
            return "diagonal natural gradient";
        }

        @Override
        public Preconditioner create(Network network, double batchShare) {
            return new DiagonalPreconditioner(network, fisher, decay(batchShare));
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
            return new Diagonal(other);
        }
    }

    /** The whole Fisher, for small models. */
    record FullFisher(FisherKind fisher) implements Metric {
        @Override
        public String title() {
            return "natural gradient";
        }

        @Override
        public Preconditioner create(Network network, double batchShare) {
            return new FullFisherPreconditioner(network, fisher, decay(batchShare));
        }

        @Override
        public Optional<CurvatureKind> statistics() {
            return Optional.of(new io.kfac.curvature.FullFisher(fisher, 0));
        }

        @Override
        public Needs needs(Layer layer) {
            return Needs.NOTHING;
        }

        @Override
        public Needs needs(Network network) {
            long p = network.size();
            List<Integer> orders = statistics().orElseThrow().orders(network);
            long sums = orders.stream().mapToLong(order -> (long) order * order).sum();
            long packed = orders.stream().mapToLong(Metric::packed).sum();
            // Moving sum, damped copy, Cholesky factor and the whole; the sums of a batch, unpacked and packed.
            return new Needs(
                    "F %,d x %1$,d".formatted(p),
                    4 * p * p + sums + packed,
                    sums + packed,
                    0,
                    packed,
                    sums,
                    (double) p * p * p / 3,
                    0);
        }

        @Override
        public Metric of(FisherKind other) {
            return new FullFisher(other);
        }
    }

    /** K-FAC. @param decay of its moving sums, 0 to forget all but the last batch */
    record Kronecker(FisherKind fisher, double decay) implements Metric {
        @Override
        public String title() {
            return "K-FAC";
        }

        @Override
        public Preconditioner create(Network network, double batchShare) {
            double inputRows = KroneckerPreconditioner.Options.defaults().inputRows();
            return new KroneckerPreconditioner(network, new KroneckerPreconditioner.Options(fisher, decay, inputRows));
        }

        @Override
        public Optional<CurvatureKind> statistics() {
            return Optional.of(new io.kfac.curvature.Kronecker(fisher, 0, 0));
        }

        @Override
        public Needs needs(Layer layer) {
            long a = layer.columns();
            long g = layer.outputs();
            // Moving sum, damped copy, Cholesky factor and a batch's unpacked sums; the packed ones; V transposed.
            return new Needs(
                    "A %,d x %1$,d, G %,d x %2$,d".formatted(a, g),
                    4 * (a * a + g * g) + packed(a) + packed(g) + a * g,
                    a * a + g * g + packed(a) + packed(g),
                    0,
                    packed(a) + packed(g),
                    // A symmetric product, and sampled residuals go back once more.
                    (double) a * a + g * g + 2 * a * g,
                    ((double) a * a * a + (double) g * g * g) / 3,
                    0);
        }

        @Override
        public Metric of(FisherKind other) {
            return new Kronecker(other, decay);
        }

        @Override
        public Metric sampledEvery(int batches) {
            return new Kronecker(fisher, Math.pow(decay, batches));
        }
    }

    /** E-KFAC: exact second moments in K-FAC's eigenbasis. @param decay of its moving sums */
    record EigenKronecker(FisherKind fisher, double decay) implements Metric {
        @Override
        public String title() {
            return "E-KFAC";
        }

        @Override
        public Preconditioner create(Network network, double batchShare) {
            double inputRows = KroneckerPreconditioner.Options.defaults().inputRows();
            return new EigenKroneckerPreconditioner(
                    network, new KroneckerPreconditioner.Options(fisher, decay, inputRows));
        }

        @Override
        public Optional<CurvatureKind> statistics() {
            return Optional.of(new EigenMoments(new io.kfac.curvature.Kronecker(fisher, 0, 0), List.of(), List.of()));
        }

        @Override
        public Needs needs(Layer layer) {
            long a = layer.columns();
            long g = layer.outputs();
            long squares = a * a + g * g;
            // Sums, a batch's, bases and what an eigendecomposition works in; the packed sums; moments, theirs of a
            // batch.
            return new Needs(
                    "A %,d x %1$,d, G %,d x %2$,d, their bases".formatted(a, g),
                    10 * squares + packed(a) + packed(g) + 3 * a * g,
                    2 * squares + packed(a) + packed(g) + a * g + 1024 * (a + g),
                    squares,
                    packed(a) + packed(g) + a * g,
                    // Symmetric products, rotations of inputs and deltas, sampled residuals back, and their squares.
                    3.0 * squares + 4.0 * a * g,
                    0,
                    eigenFlops(a) + eigenFlops(g));
        }

        @Override
        public Metric of(FisherKind other) {
            return new EigenKronecker(other, decay);
        }

        @Override
        public Metric sampledEvery(int batches) {
            return new EigenKronecker(fisher, Math.pow(decay, batches));
        }
    }

    /** Exact blocks of the Fisher: whole layers where they fit. @param most parameters of a block */
    record LayerBlocks(FisherKind fisher, int most) implements Metric {
        @Override
        public String title() {
            return "natural gradient by blocks";
        }

        @Override
        public Preconditioner create(Network network, double batchShare) {
            return new BlockFisherPreconditioner(network, fisher, Metric.decay(batchShare), most);
        }

        @Override
        public Optional<CurvatureKind> statistics() {
            return Optional.of(new io.kfac.curvature.LayerBlocks(fisher, 0, most));
        }

        @Override
        public Needs needs(Layer layer) {
            List<ParameterBlock> blocks = ParameterBlock.ofAtMost(most, 0, layer);
            long squares =
                    blocks.stream().mapToLong(b -> (long) b.size() * b.size()).sum();
            long packed = blocks.stream().mapToLong(b -> packed(b.size())).sum();
            double cubes =
                    blocks.stream().mapToDouble(b -> Math.pow(b.size(), 3)).sum();
            int largest = blocks.stream().mapToInt(ParameterBlock::size).max().orElseThrow();
            // Sums, damped copies, Cholesky factors and a batch's unpacked sums; the packed ones.
            return new Needs(
                    "%,d block%s of up to %,d x %3$,d".formatted(blocks.size(), blocks.size() == 1 ? "" : "s", largest),
                    4 * squares + packed,
                    squares + packed,
                    0,
                    packed,
                    squares,
                    cubes / 3,
                    0);
        }

        @Override
        public Metric of(FisherKind other) {
            return new LayerBlocks(other, most);
        }
    }

    /** The exact block of each output, for models without hidden layers. */
    record OutputBlocks() implements Metric {
        @Override
        public String title() {
            return "natural gradient by outputs";
        }

        @Override
        public Preconditioner create(Network network, double batchShare) {
            return new OutputBlockPreconditioner(network);
        }

        @Override
        public Optional<CurvatureKind> statistics() {
            return Optional.of(new io.kfac.curvature.OutputBlocks(0, 1, new double[0]));
        }

        @Override
        public Needs needs(Layer layer) {
            long a = layer.columns();
            long g = layer.outputs();
            // Sums, damped copies, Cholesky factors and a batch's unpacked sums; the packed ones.
            return new Needs(
                    "%,d blocks of %,d x %2$,d".formatted(g, a),
                    g * (4 * a * a + packed(a)),
                    g * (a * a + packed(a)),
                    0,
                    g * packed(a),
                    (double) g * a * a,
                    (double) g * a * a * a / 3,
                    0);
        }
    }
}
