package io.kfac.curvature;

import io.kfac.linalg.Matrix;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.model.Workspace;
import java.util.List;

/**
 * The diagonal of the Fisher information: sum of w times the squares of per-example gradients, which are not the squares of
 * their mean that Adam keeps. {@link CurvatureSums#numbers} in the order of the parameters.
 * @param key of the draws, if sampled: one for each step
 */
public record DiagonalFisher(FisherKind fisher, long key) implements CurvatureKind {
    @Override
    public List<Integer> orders(Network network) {
        return List.of();
    }

    @Override
    public int numbers(Network network) {
        return network.size();
    }

    @Override
    public int passes(Network network) {
        return fisher.passes(network);
    }

    @Override
    public void add(
            Network network, Parameters at, Workspace workspace, double[] weights, long[] rowIds, CurvatureSums into) {
        Parameters diagonal = Parameters.of(network, into.numbers());
        Matrix[] squares = new Matrix[network.depth()];
        for (int pass = 0; pass < passes(network); pass++) {
            OutputDeltas.fill(fisher, pass, key, rowIds, workspace);
            network.backward(at, workspace, (layer, inputs, deltas) -> {
                Matrix squared = deltas.copy();
                squared.multiplyElements(deltas);
                if (squares[layer] == null) {
                    squares[layer] = squared;
                } else {
                    squares[layer].add(1, squared);
                }
            });
        }
        // The squares of inputs are the same in every pass: only those of deltas had to be summed.
        for (int layer = 0; layer < network.depth(); layer++) {
            squares[layer].scaleRows(weights);
            workspace.input(layer).squared().addTransposedTimes(squares[layer], diagonal.layer(layer));
        }
    }
}
