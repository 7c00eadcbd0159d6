package io.kfac.spark.engine;

import io.kfac.curvature.CurvatureKind;
import io.kfac.linalg.Precision;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Penalty;
import io.kfac.objective.RowSelection;
import io.kfac.optimizer.AdaptiveOptimizer;
import io.kfac.optimizer.AdaptiveOptions;
import io.kfac.optimizer.FixedRateOptimizer;
import io.kfac.optimizer.FixedRateOptions;
import io.kfac.optimizer.Momentum;
import io.kfac.optimizer.Optimizer;
import io.kfac.optimizer.QuasiNewtonOptimizer;
import io.kfac.optimizer.Refresh;
import io.kfac.optimizer.RunOptions;
import io.kfac.optimizer.StepRegion;
import io.kfac.optimizer.TruncatedNaturalGradient;
import io.kfac.optimizer.TruncatedOptions;
import java.util.Optional;

/**
 * Which optimizer, with all of its settings: what configuration is read into, and what the plan and the training run are made
 * from. A metric and a step control, of which any go together; a new control is one more member. See {@link Preset} for the
 * compositions that have names.
 */
public sealed interface OptimizerSpec
        permits OptimizerSpec.Adaptive,
                OptimizerSpec.FixedRate,
                OptimizerSpec.Truncated,
                OptimizerSpec.QuasiNewton,
                LocalSpec,
                ExactSpec {

    /**
     * Where and on what a run starts.
     * @param validation share of the rows held out while training
     */
    record Start(Network network, Parameters parameters, Penalty penalty, long seed, double validation, long rows) {
        public RunOptions run() {
            return new RunOptions(penalty, seed, validation);
        }

        /** Share of the training rows that so many rows are. */
        double share(int batchRows) {
            return batchRows / (rows * (1 - validation));
        }
    }

    /** The optimizer in its initial state. */
    Optimizer create(Start start);

    /** What steps, or the solves within them, are measured in. */
    Metric metric();

    /** In tables and the UI: {@code K-FAC}. */
    String title();

    /** Rows of the first batches. */
    int batchRows();

    /** The statistics of a step, where it takes any. */
    default Optional<CurvatureKind> statistics() {
        return metric().statistics();
    }

    /** Steps between statistics. */
    default int statisticsEvery() {
        return 1;
    }

    /** Steps between refreshes, about. */
    default int refreshEvery() {
        return 1;
    }

    /** Whether step size, momentum and damping come from the quadratic model, at the price of a second job a step. */
    default boolean adaptive() {
        return false;
    }

    /** Whether partitions step by themselves, and a step is a round after which they are averaged. */
    default boolean local() {
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

    /** Bytes of a layer's share of what a step sends to each executor. */
    default long sentBytes(Layer layer, Precision precision) {
        return precision.bytes()
                * ((long) layer.size() * sentVectors() + metric().needs(layer).sent());
    }

    /** Bytes of a layer's share of what a step's larger job gets from each partition: gradient and statistics. */
    default long answerBytes(Layer layer, Precision precision) {
        return precision.bytes() * (layer.size() + metric().needs(layer).answer());
    }

    /** Bytes of a layer's share of what a task holds beside its rows: parameters, gradient, statistics. */
    default long taskBytes(Layer layer, Precision precision) {
        return precision.bytes() * (3L * layer.size() + metric().needs(layer).task());
    }

    /** Vectors as long as the parameters that the driver holds, in double: the point, directions, what undoing takes, averages. */
    default int driverVectors() {
        return adaptive() ? 12 : 8;
    }

    /** Vectors as long as the parameters that each executor is sent in a step. */
    default int sentVectors() {
        // Job A sends the point and, to judge the last step, the one before; job B the point and the directions that
        // compete.
        return adaptive() ? 5 : 1;
    }

    /** Points that are sent and looked at in one job, with rows of the inputs for each. */
    default int trialPoints() {
        return 0;
    }

    /** Products with W a row and step: forward, back and the gradient; to judge and to measure curvature about as much again. */
    default double products() {
        return adaptive() ? 6 : 3;
    }

    /** Dampings that compete at a refresh. */
    default int dampings() {
        return adaptive() ? 3 : 1;
    }

    /** Step size, momentum and damping from the quadratic model: nothing to tune. */
    record Adaptive(Metric metric, AdaptiveOptions options) implements OptimizerSpec {
        @Override
        public Optimizer create(Start start) {
            return new AdaptiveOptimizer(
                    start.network(),
                    start.parameters(),
                    metric.create(start.network(), start.share(batchRows())),
                    start.run(),
                    options,
                    System::nanoTime);
        }

        @Override
        public String title() {
            return metric.title();
        }

        @Override
        public int batchRows() {
            return options.batchRows();
        }

        @Override
        public int refreshEvery() {
            return steps(options.refresh());
        }

        @Override
        public boolean adaptive() {
            return true;
        }

        @Override
        public boolean searchesDamping() {
            return Double.isNaN(options.damping());
        }
    }

    /** A learning rate, or a schedule of rates, with a limit on the length of steps in the metric, momentum and decay. */
    record FixedRate(Metric metric, FixedRateOptions options) implements OptimizerSpec {
        @Override
        public Optimizer create(Start start) {
            return new FixedRateOptimizer(
                    start.network(),
                    start.parameters(),
                    metric.create(start.network(), start.share(batchRows())),
                    start.run(),
                    optionsFor(start),
                    System::nanoTime);
        }

        /** The penalty is part of the curvature, where the metric is one. */
        FixedRateOptions optionsFor(Start start) {
            double curvature = statistics().isPresent() ? start.penalty().lambda() : 0;
            return options.damped(options.damping() + curvature);
        }

        @Override
        public String title() {
            return (options.klLimit() < Double.POSITIVE_INFINITY ? "clipped " : "")
                    + metric.title()
                    + (options.momentum() instanceof Momentum.Nesterov ? " with Nesterov's momentum" : "")
                    + (options.decay() > 0 ? " with decoupled decay" : "");
        }

        @Override
        public int batchRows() {
            return options.batchRows();
        }

        @Override
        public int statisticsEvery() {
            return options.statisticsEvery();
        }

        @Override
        public int refreshEvery() {
            return steps(options.refresh());
        }
    }

    /**
     * The exact Fisher by its products, within a trust region or damped by reduction ratio: TRPO's step and Hessian-free optimization.
     * @param metric of the solves' preconditioner
     */
    record Truncated(Metric metric, TruncatedOptions options) implements OptimizerSpec {
        @Override
        public Optimizer create(Start start) {
            return new TruncatedNaturalGradient(
                    start.network(),
                    start.parameters(),
                    metric.create(start.network(), start.share(batchRows())),
                    start.run(),
                    options,
                    System::nanoTime);
        }

        @Override
        public String title() {
            return options.region() instanceof StepRegion.KlRadius ? "trust region" : "Hessian-free";
        }

        @Override
        public int batchRows() {
            return options.batchRows();
        }

        @Override
        public boolean adaptive() {
            return true;
        }

        /** Gradient, products, length and trial points. */
        @Override
        public int jobsPerStep() {
            return options.maxProducts() + 3;
        }

        @Override
        public boolean searchesDamping() {
            return Double.isNaN(options.region().damping());
        }

        /** The point, the one before and their average, the gradient, the solution and what conjugate gradients take, trial points. */
        @Override
        public int driverVectors() {
            return 14 + trialPoints();
        }

        @Override
        public int sentVectors() {
            return 2 + 2 * options.maxProducts() + 2 + 1 + trialPoints();
        }

        @Override
        public int trialPoints() {
            return TruncatedNaturalGradient.TRIAL_POINTS;
        }

        /** A product with the Fisher takes five on a quarter of the rows, a trial point two. */
        @Override
        public double products() {
            return 3 + 5 * 0.25 * options.maxProducts() + 2 * trialPoints();
        }

        @Override
        public int dampings() {
            return 1;
        }
    }

    /**
     * L-BFGS on all training rows, of models with hidden layers: there it ends at a stationary point, not at the optimum.
     * @param metric    what stands for the Hessian where no step has been
     * @param tolerance ends where three steps in a row gained at most this share of the loss
     */
    record QuasiNewton(Metric metric, double tolerance) implements OptimizerSpec {
        /** Tried together where a whole step fails. */
        private static final int SHORTER_STEPS = 7;

        @Override
        public Optimizer create(Start start) {
            return new QuasiNewtonOptimizer(
                    start.network(),
                    start.parameters(),
                    start.penalty(),
                    RowSelection.training(start.seed(), start.validation()),
                    tolerance,
                    metric.create(start.network(), 1),
                    System::nanoTime);
        }

        @Override
        public String title() {
            return "L-BFGS";
        }

        @Override
        public int batchRows() {
            return Integer.MAX_VALUE;
        }

        @Override
        public boolean adaptive() {
            return true;
        }

        @Override
        public int jobsPerStep() {
            return 1;
        }

        /** The last twenty steps and gradient changes, and the vectors of a step. */
        @Override
        public int driverVectors() {
            return 50;
        }

        @Override
        public int sentVectors() {
            return 1;
        }

        @Override
        public int trialPoints() {
            return SHORTER_STEPS;
        }

        @Override
        public double products() {
            return 3;
        }

        @Override
        public int dampings() {
            return 1;
        }
    }

    /** Drift is not known before it is measured: ten steps, say. */
    private static int steps(Refresh refresh) {
        return refresh instanceof Refresh.Every every ? every.steps() : 10;
    }
}
