package io.kfac.curvature;

import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.model.Workspace;
import java.io.Serializable;
import java.util.List;

/** Which curvature statistics to sum over rows: one member, and one file, an approximation of the Fisher information. */
public sealed interface CurvatureKind extends Serializable
        permits Kronecker, EigenMoments, FullFisher, LayerBlocks, DiagonalFisher, OutputBlocks, FeatureRecessions {

    /** Orders of the symmetric matrices of {@link CurvatureSums}. */
    List<Integer> orders(Network network);

    /** How many other numbers {@link CurvatureSums} hold. */
    default int numbers(Network network) {
        return 0;
    }

    /** Backward passes that it takes over each row, besides the gradient's. */
    default int passes(Network network) {
        return 0;
    }

    /** How many numbers, of the network's precision, travel to the rows with it. */
    default long carried() {
        return 0;
    }

    /**
     * Adds the statistics of the rows of the workspace's last pass, a forward with slopes, whose {@code mean()} and
     * {@code targets()} are filled in. Overwrites the workspace's deltas.
     * @param at      parameters in the network's precision
     * @param weights one a row
     * @param rowIds  one a row; samples are keyed by them
     * @param into    matrices of {@link #orders}, in the network's precision; lower triangles are added to
     */
    void add(Network network, Parameters at, Workspace workspace, double[] weights, long[] rowIds, CurvatureSums into);
}
