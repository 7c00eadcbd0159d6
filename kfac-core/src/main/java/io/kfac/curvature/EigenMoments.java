package io.kfac.curvature;

import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Matrix.Transpose;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.model.Workspace;
import java.util.List;

/**
 * Second moments of per-example gradients, coordinate by coordinate in a Kronecker basis (George et al. 2018, sec. 3): sum over rows
 * of w (U_G' g)^2 (U_A' a)^2' for a layer's inputs a and back-propagated deltas g; two small products a row, no gradient is formed.
 * {@link CurvatureSums#numbers} in the order of the parameters; beside them the factors that the next basis is made of.
 * @param factors     which Kronecker factors, from which residuals
 * @param inputBases  U_A' of each layer, columns x columns, an eigenvector a row, in the network's precision
 * @param outputBases U_G' of each layer, outputs x outputs
 */
public record EigenMoments(Kronecker factors, List<Matrix> inputBases, List<Matrix> outputBases)
        implements CurvatureKind {
    public EigenMoments {
        inputBases = List.copyOf(inputBases);
        outputBases = List.copyOf(outputBases);
    }

    @Override
    public List<Integer> orders(Network network) {
        return factors.orders(network);
    }

    @Override
    public int numbers(Network network) {
        return network.size();
    }

    @Override
    public long carried() {
        long numbers = 0;
        for (int l = 0; l < inputBases.size(); l++) {
            long a = inputBases.get(l).rows();
            long g = outputBases.get(l).rows();
            numbers += a * a + g * g;
        }
        return numbers;
    }

    @Override
    public int passes(Network network) {
        return factors.passes(network);
    }

    @Override
    public void add(
            Network network, Parameters at, Workspace workspace, double[] weights, long[] rowIds, CurvatureSums into) {
        int rows = workspace.rows();
        Matrix[] squares = new Matrix[network.depth()];
        for (int l = 0; l < squares.length; l++) {
            squares[l] =
                    Matrix.zeros(network.precision(), rows, network.layer(l).outputs());
        }
        for (int pass = 0; pass < passes(network); pass++) {
            boolean first = pass == 0;
            OutputDeltas.fill(factors.fisher(), pass, factors.key(), rowIds, workspace);
            network.backward(at, workspace, (layer, inputs, deltas) -> {
                factors.add(network, first, layer, inputs, deltas, weights, rowIds, into);
                Matrix rotated = Matrix.zeros(network.precision(), rows, deltas.cols());
                rotated.multiply(1, deltas, Transpose.NO, outputBases.get(layer), Transpose.YES, 0);
                rotated.multiplyElements(rotated);
                squares[layer].add(1, rotated);
            });
        }
        Parameters moments = Parameters.of(network, into.numbers());
        // The squares of inputs are the same in every pass: only those of deltas had to be summed.
        for (int l = 0; l < squares.length; l++) {
            squares[l].scaleRows(weights);
            Matrix rotated =
                    Matrix.zeros(network.precision(), rows, network.layer(l).columns());
            workspace.input(l).timesTransposed(inputBases.get(l), rotated);
            rotated.multiplyElements(rotated);
            new DenseFeatures(rotated).addTransposedTimes(squares[l], moments.layer(l));
        }
    }
}
