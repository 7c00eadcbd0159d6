package io.kfac.spark.engine;

import io.kfac.curvature.CurvatureKind;
import io.kfac.curvature.DiagonalFisher;
import io.kfac.curvature.FisherKind;
import io.kfac.curvature.Kronecker;
import io.kfac.curvature.OutputBlocks;
import io.kfac.model.Network;
import io.kfac.preconditioner.DiagonalPreconditioner;
import io.kfac.preconditioner.IdentityPreconditioner;
import io.kfac.preconditioner.KroneckerPreconditioner;
import io.kfac.preconditioner.OutputBlockPreconditioner;
import io.kfac.preconditioner.Preconditioner;
import java.util.Optional;

/** Approximations of the Fisher that help exact solvers along, the best first; taken anew where asked, never averaged over points. */
public enum Preconditioning {
    /** The exact block of each output. */
    BLOCKS,
    /** K-FAC. */
    KRONECKER,
    /** What sparse wide data can afford. */
    DIAGONAL,
    /** None: where the diagonal misleads, as it does L-BFGS. */
    NONE;

    /** Rows a column that the Kronecker factor of the inputs is taken from. */
    private static final double INPUT_ROWS = 20;

    Preconditioner create(Network network) {
        return switch (this) {
            case BLOCKS -> new OutputBlockPreconditioner(network);
            case KRONECKER ->
                new KroneckerPreconditioner(
                        network, new KroneckerPreconditioner.Options(FisherKind.SAMPLED, 0, INPUT_ROWS));
            case DIAGONAL -> new DiagonalPreconditioner(network, FisherKind.EXACT, 0);
            case NONE -> new IdentityPreconditioner();
        };
    }

    Optional<CurvatureKind> statistics() {
        return switch (this) {
            case BLOCKS -> Optional.of(new OutputBlocks(0, 1, new double[0]));
            case KRONECKER -> Optional.of(new Kronecker(FisherKind.SAMPLED, 0, 0));
            case DIAGONAL -> Optional.of(new DiagonalFisher(FisherKind.EXACT, 0));
            case NONE -> Optional.empty();
        };
    }
}
