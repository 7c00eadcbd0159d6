package io.kfac.spark.engine;

import io.kfac.curvature.CurvatureKind;
import io.kfac.curvature.DiagonalFisher;
import io.kfac.curvature.FisherKind;
import io.kfac.curvature.FullFisher;
import io.kfac.curvature.Kronecker;
import io.kfac.curvature.OutputBlocks;
import io.kfac.model.Network;
import io.kfac.objective.RowSelection;
import io.kfac.optimizer.NewtonOptimizer;
import io.kfac.optimizer.Optimizer;
import io.kfac.optimizer.QuasiNewtonOptimizer;
import io.kfac.optimizer.TruncatedNewtonOptimizer;
import io.kfac.preconditioner.DiagonalPreconditioner;
import io.kfac.preconditioner.KroneckerPreconditioner;
import io.kfac.preconditioner.OutputBlockPreconditioner;
import io.kfac.preconditioner.Preconditioner;
import java.util.Optional;

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
        public Optional<CurvatureKind> statistics() {
            return Optional.of(new FullFisher(FisherKind.EXACT, 0));
        }
    }

    /**
     * Trust-region Newton by conjugate gradients on Fisher-vector products, for models too wide for their Hessian.
     * @param preconditioner of the solves
     */
    record TruncatedNewton(double tolerance, Preconditioning preconditioner) implements ExactSpec {
        /** Rows a column that the factor of the inputs is taken from. */
        private static final double INPUT_ROWS = 20;

        /** Approximations of the Fisher, the best first. */
        public enum Preconditioning {
            /** The exact block of each output. */
            BLOCKS,
            /** K-FAC. */
            KRONECKER,
            /** What sparse wide data can afford. */
            DIAGONAL
        }

        @Override
        public Optimizer create(Start start) {
            Network network = start.network();
            // Each point's own curvature: that of older points would only mislead.
            Preconditioner metric =
                    switch (preconditioner) {
                        case BLOCKS -> new OutputBlockPreconditioner(network);
                        case KRONECKER ->
                            new KroneckerPreconditioner(
                                    network, new KroneckerPreconditioner.Options(FisherKind.SAMPLED, 0, INPUT_ROWS));
                        case DIAGONAL -> new DiagonalPreconditioner(network, FisherKind.EXACT, 0);
                    };
            return new TruncatedNewtonOptimizer(
                    network, start.parameters(), start.penalty(), rows(start), tolerance, metric, System::nanoTime);
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

        @Override
        public Optional<CurvatureKind> statistics() {
            return Optional.of(
                    switch (preconditioner) {
                        case BLOCKS -> new OutputBlocks(0, 1, new double[0]);
                        case KRONECKER -> new Kronecker(FisherKind.SAMPLED, 0, 0);
                        case DIAGONAL -> new DiagonalFisher(FisherKind.EXACT, 0);
                    });
        }
    }

    /** L-BFGS, and OWL-QN where absolute values are penalised: for sparse models too wide for their Hessian. */
    record QuasiNewton(double tolerance) implements ExactSpec {
        @Override
        public Optimizer create(Start start) {
            return new QuasiNewtonOptimizer(
                    start.network(), start.parameters(), start.penalty(), rows(start), tolerance, System::nanoTime);
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
        public Optional<CurvatureKind> statistics() {
            return Optional.empty();
        }

        /** The last ten steps and gradient changes, and the vectors of a step. */
        @Override
        public int driverVectors() {
            return 30;
        }
    }
}
