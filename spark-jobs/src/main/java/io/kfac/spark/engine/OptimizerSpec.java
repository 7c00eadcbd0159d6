package io.kfac.spark.engine;

import io.kfac.curvature.CurvatureKind;
import io.kfac.curvature.FisherKind;
import io.kfac.curvature.FullFisher;
import io.kfac.curvature.Kronecker;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Penalty;
import io.kfac.optimizer.AdaptiveOptimizer;
import io.kfac.optimizer.AdaptiveOptions;
import io.kfac.optimizer.FixedRateOptimizer;
import io.kfac.optimizer.FixedRateOptions;
import io.kfac.optimizer.Momentum;
import io.kfac.optimizer.Optimizer;
import io.kfac.preconditioner.AdamPreconditioner;
import io.kfac.preconditioner.FullFisherPreconditioner;
import io.kfac.preconditioner.IdentityPreconditioner;
import io.kfac.preconditioner.KroneckerPreconditioner;
import io.kfac.preconditioner.Preconditioner;
import java.util.Optional;

/**
 * Which optimizer, with all of its settings: what configuration is read into, and what the plan and the training run are made
 * from. A new optimizer is one more member.
 */
public sealed interface OptimizerSpec
        permits OptimizerSpec.Kfac,
                OptimizerSpec.ClippedKfac,
                OptimizerSpec.Natural,
                OptimizerSpec.Adam,
                OptimizerSpec.Sgd,
                ExactSpec {

    /**
     * Where and on what a run starts.
     * @param validation share of the rows held out while training
     */
    record Start(Network network, Parameters parameters, Penalty penalty, long seed, double validation, long rows) {}

    /** The optimizer in its initial state. */
    Optimizer create(Start start);

    /** In tables and the UI: {@code K-FAC}. */
    String title();

    /** Rows of the first batches. */
    int batchRows();

    /** The statistics of a step, where it takes any; their sizes are what plans need. */
    Optional<CurvatureKind> statistics();

    /** Steps between statistics. */
    default int statisticsEvery() {
        return 1;
    }

    /** Steps between refreshes of Cholesky factors. */
    default int refreshEvery() {
        return 1;
    }

    /** Whether step size, momentum and damping come from the quadratic model, at the price of a second job a step. */
    default boolean adaptive() {
        return false;
    }

    /** Jobs of a step, about. */
    default int jobsPerStep() {
        return adaptive() ? 2 : 1;
    }

    /** Whether it begins with a search for its damping, which holds and sends many points at once. */
    default boolean searchesDamping() {
        return false;
    }

    /** Whether it ends at the optimum of the training rows, so that held-out rows and averages have nothing to add. */
    default boolean exact() {
        return false;
    }

    /** Vectors as long as the parameters that the driver holds, in double: the point, directions, what undoing takes, averages. */
    default int driverVectors() {
        return adaptive() ? 12 : 8;
    }

    /**
     * K-FAC by the recipe that needs no tuning.
     * @param maxBatchShare share of the training rows that a batch may grow to
     * @param damping       initial lambda, NaN to search for it
     */
    record Kfac(int batchRows, double maxBatchShare, int refreshEvery, double damping, FisherKind fisher)
            implements OptimizerSpec {
        /** Nothing to tune. Without a hidden layer the loss is convex, and batches of all rows pay. */
        public static Kfac defaults(Network network) {
            double maxBatchShare = network.depth() == 1 ? 1 : 0.25;
            return new Kfac(AdaptiveOptions.firstBatchRows(network), maxBatchShare, 5, Double.NaN, FisherKind.SAMPLED);
        }

        @Override
        public Optimizer create(Start start) {
            KroneckerPreconditioner.Options defaults = KroneckerPreconditioner.Options.defaults();
            Preconditioner preconditioner = new KroneckerPreconditioner(
                    start.network(),
                    new KroneckerPreconditioner.Options(fisher, defaults.decay(), defaults.inputRows()));
            return selfTuning(start, preconditioner, batchRows, maxBatchShare, refreshEvery, damping);
        }

        @Override
        public String title() {
            return "K-FAC";
        }

        @Override
        public Optional<CurvatureKind> statistics() {
            return Optional.of(new Kronecker(fisher, 0, 0));
        }

        @Override
        public boolean adaptive() {
            return true;
        }

        @Override
        public boolean searchesDamping() {
            return Double.isNaN(damping);
        }
    }

    /** K-FAC with a fixed rate and its steps clipped in the Fisher metric: for small batches. */
    record ClippedKfac(
            int batchRows,
            double learningRate,
            double damping,
            double momentum,
            double klLimit,
            int statisticsEvery,
            int refreshEvery,
            FisherKind fisher)
            implements OptimizerSpec {
        @Override
        public Optimizer create(Start start) {
            KroneckerPreconditioner.Options defaults = KroneckerPreconditioner.Options.defaults();
            return new FixedRateOptimizer(
                    start.network(),
                    start.parameters(),
                    new KroneckerPreconditioner(
                            start.network(),
                            new KroneckerPreconditioner.Options(fisher, defaults.decay(), defaults.inputRows())),
                    new FixedRateOptions(
                            start.penalty(),
                            start.seed(),
                            start.validation(),
                            batchRows,
                            learningRate,
                            // The penalty is part of the curvature.
                            damping + start.penalty().lambda(),
                            new Momentum.HeavyBall(momentum),
                            klLimit,
                            statisticsEvery,
                            refreshEvery),
                    System::nanoTime);
        }

        @Override
        public String title() {
            return "clipped K-FAC";
        }

        @Override
        public Optional<CurvatureKind> statistics() {
            return Optional.of(new Kronecker(fisher, 0, 0));
        }
    }

    /** The exact natural gradient: the whole Fisher, for small models. */
    record Natural(int batchRows, double maxBatchShare, int refreshEvery, double damping, FisherKind fisher)
            implements OptimizerSpec {
        /** Of the moving sum: what K-FAC's factors have. */
        private static final double DECAY = 0.95;

        @Override
        public Optimizer create(Start start) {
            // Where a batch is all rows, the sums of older points would only blur those of the point at hand.
            double decay = batchRows >= start.rows() * (1 - start.validation()) ? 0 : DECAY;
            return selfTuning(
                    start,
                    new FullFisherPreconditioner(start.network(), fisher, decay),
                    batchRows,
                    maxBatchShare,
                    refreshEvery,
                    damping);
        }

        @Override
        public String title() {
            return "natural gradient";
        }

        @Override
        public Optional<CurvatureKind> statistics() {
            return Optional.of(new FullFisher(fisher, 0));
        }

        @Override
        public boolean adaptive() {
            return true;
        }

        @Override
        public boolean searchesDamping() {
            return Double.isNaN(damping);
        }
    }

    /** Adam (Kingma and Ba 2015). @param momentum beta1 @param damping epsilon */
    record Adam(int batchRows, double learningRate, double momentum, double damping) implements OptimizerSpec {
        private static final double BETA2 = 0.999;

        @Override
        public Optimizer create(Start start) {
            return new FixedRateOptimizer(
                    start.network(),
                    start.parameters(),
                    new AdamPreconditioner(start.network(), BETA2),
                    firstOrder(start, batchRows, learningRate, damping, new Momentum.GradientAverage(momentum)),
                    System::nanoTime);
        }

        @Override
        public String title() {
            return "Adam";
        }

        @Override
        public Optional<CurvatureKind> statistics() {
            return Optional.empty();
        }
    }

    /** Gradient descent with a heavy ball. */
    record Sgd(int batchRows, double learningRate, double momentum) implements OptimizerSpec {
        @Override
        public Optimizer create(Start start) {
            Momentum memory = momentum > 0 ? new Momentum.HeavyBall(momentum) : new Momentum.None();
            return new FixedRateOptimizer(
                    start.network(),
                    start.parameters(),
                    new IdentityPreconditioner(),
                    firstOrder(start, batchRows, learningRate, 0, memory),
                    System::nanoTime);
        }

        @Override
        public String title() {
            return "SGD";
        }

        @Override
        public Optional<CurvatureKind> statistics() {
            return Optional.empty();
        }
    }

    private static Optimizer selfTuning(
            Start start,
            Preconditioner preconditioner,
            int batchRows,
            double maxBatchShare,
            int refreshEvery,
            double damping) {
        return new AdaptiveOptimizer(
                start.network(),
                start.parameters(),
                preconditioner,
                new AdaptiveOptions(
                        start.penalty(),
                        start.seed(),
                        start.validation(),
                        batchRows,
                        maxBatchShare,
                        refreshEvery,
                        damping),
                System::nanoTime);
    }

    private static FixedRateOptions firstOrder(
            Start start, int batchRows, double learningRate, double damping, Momentum momentum) {
        return new FixedRateOptions(
                start.penalty(),
                start.seed(),
                start.validation(),
                batchRows,
                learningRate,
                damping,
                momentum,
                Double.POSITIVE_INFINITY,
                1,
                1);
    }
}
