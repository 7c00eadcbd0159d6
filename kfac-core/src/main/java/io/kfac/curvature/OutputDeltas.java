package io.kfac.curvature;

import io.kfac.linalg.Matrix;
import io.kfac.model.Network;
import io.kfac.model.Workspace;

/** The output deltas whose outer products, back-propagated, sum to the Fisher information of a {@link FisherKind}. */
final class OutputDeltas {
    private OutputDeltas() {}

    /** Fills in the workspace's last delta for one pass: unweighted rows. */
    static void fill(FisherKind kind, int pass, long key, long[] rowIds, Workspace workspace) {
        Network network = workspace.network();
        Matrix delta = workspace.delta(network.depth() - 1);
        switch (kind) {
            case EXACT -> network.family().fisherFactor(workspace.mean(), pass, delta);
            case SAMPLED -> {
                network.family().sample(workspace.mean(), key, rowIds, delta);
                network.family().residuals(workspace.mean(), delta, delta);
            }
            case EMPIRICAL -> network.family().residuals(workspace.mean(), workspace.targets(), delta);
        }
    }
}
