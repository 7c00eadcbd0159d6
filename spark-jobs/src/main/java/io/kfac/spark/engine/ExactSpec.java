package io.kfac.spark.engine;

import io.kfac.curvature.FisherKind;
import io.kfac.objective.RowSelection;
import io.kfac.optimizer.NewtonOptimizer;
import io.kfac.optimizer.Optimizer;
import io.kfac.optimizer.QuasiNewtonOptimizer;
import io.kfac.optimizer.TruncatedNewtonOptimizer;

/** Optimizers that end at the optimum of all training rows, with a certificate: for models without hidden layers. */
public sealed interface ExactSpec extends OptimizerSpec {

    /** Share of the loss that the Newton decrement may be at the end. */
    double tolerance();

    /** Curvature or gradient at the point, and losses on lines. */
    @Override
    default int jobsPerStep() {
        return 2;
    }

    @Override
    default String control() {
        return "searched for";
    }

    @Override
    default int batchRows() {
        return Integer.MAX_VALUE;
    }

    @Override
    default boolean exact() {
        return true;
    }

    private static RowSelection rows(Start start) {
        return RowSelection.training(start.seed(), start.validation());
    }

    /** Newton's method with the whole Hessian; proximal Newton where absolute values are penalised. About ten steps of two passes. */
    record Newton(double tolerance) implements ExactSpec {
        @Override
        public Optimizer create(Start start) {
            return new NewtonOptimizer(
                    start.network(), start.parameters(), start.penalty(), rows(start), tolerance, System::nanoTime);
        }

        @Override
        public String title() {
            return "Newton";
        }

        @Override
        public Metric metric() {
            return new FullFisherMetric(FisherKind.EXACT);
        }
    }

    /**
     * Trust-region Newton by conjugate gradients on Fisher-vector products, for models too wide for their Hessian.
     * @param metric of the solves' preconditioner
     */
    record TruncatedNewton(double tolerance, Metric metric) implements ExactSpec {
        @Override
        public Optimizer create(Start start) {
            return new TruncatedNewtonOptimizer(
                    start.network(),
                    start.parameters(),
                    start.penalty(),
                    rows(start),
                    tolerance,
                    metric.create(start.network(), 1),
                    System::nanoTime);
        }

        @Override
        public String title() {
            return "Newton-CG";
        }

        /** Fisher products besides: few at first, many near the optimum. */
        @Override
        public int jobsPerStep() {
            return 15;
        }
    }

    /**
     * L-BFGS, and OWL-QN where absolute values are penalised: for models too wide for their Hessian.
     * @param metric what stands for the Hessian where no step has been
     */
    record QuasiNewton(double tolerance, Metric metric) implements ExactSpec {
        @Override
        public Optimizer create(Start start) {
            return new QuasiNewtonOptimizer(
                    start.network(),
                    start.parameters(),
                    start.penalty(),
                    rows(start),
                    tolerance,
                    metric.create(start.network(), 1),
                    System::nanoTime);
        }

        @Override
        public String title() {
            return "L-BFGS";
        }

        @Override
        public int jobsPerStep() {
            return 1;
        }

        @Override
        public int driverVectors() {
            return QuasiNewtonOptimizer.VECTORS;
        }
    }
}
