package io.kfac.curvature;

import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.Features;
import io.kfac.linalg.Matrix;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.model.Workspace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Exact blocks on the diagonal of the Fisher information: of whole layers, and of parts of layers too wide for that. The block of
 * outputs r and s is X' diag(w sum of d_r d_s) X over inputs X and deltas d: Gram matrices of the features, with all passes of an exact
 * Fisher in their weights, where sums over per-example gradients would take a gradient a row and a pass.
 *
 * <p>Symmetric sums: a matrix a block, in the order of {@link #blocks}, over its parameters row by row.
 * @param key  of the draws, if sampled: one for each step
 * @param most parameters of a block
 */
public record LayerBlocks(FisherKind fisher, long key, int most) implements CurvatureKind {

    /** What the blocks are. */
    public List<ParameterBlock> blocks(Network network) {
        return ParameterBlock.ofAtMost(most, network);
    }

    @Override
    public List<Integer> orders(Network network) {
        return blocks(network).stream().map(ParameterBlock::size).toList();
    }

    @Override
    public void add(
            Network network, Parameters at, Workspace workspace, double[] weights, long[] rowIds, CurvatureSums into) {
        List<double[][][]> deltas = deltas(network, at, workspace, rowIds);
        List<ParameterBlock> blocks = blocks(network);
        double[] products = new double[weights.length];
        for (int b = 0; b < blocks.size(); b++) {
            ParameterBlock block = blocks.get(b);
            Features inputs = columns(network, workspace, block);
            int d = block.columns();
            for (int r = block.fromRow(); r < block.toRow(); r++) {
                for (int s = block.fromRow(); s <= r; s++) {
                    products(deltas, block.layer(), r, s, weights, products);
                    int row = (r - block.fromRow()) * d;
                    int col = (s - block.fromRow()) * d;
                    Matrix out = into.symmetric().get(b).rowRange(row, row + d).colRange(col, col + d);
                    inputs.addGram(products, out);
                    if (s < r) {
                        out.mirrorLowerToUpper();
                    }
                }
            }
        }
    }

    /** Of each pass, each layer and each output: a delta a row. */
    private List<double[][][]> deltas(Network network, Parameters at, Workspace workspace, long[] rowIds) {
        List<double[][][]> passes = new ArrayList<>();
        for (int pass = 0; pass < OutputDeltas.passes(fisher, network); pass++) {
            OutputDeltas.fill(fisher, pass, key, rowIds, workspace);
            double[][][] layers = new double[network.depth()][][];
            network.backward(at, workspace, (layer, inputs, deltas) -> layers[layer] = byOutput(deltas));
            passes.add(layers);
        }
        return passes;
    }

    private static double[][] byOutput(Matrix deltas) {
        double[][] columns = new double[deltas.cols()][deltas.rows()];
        double[] row = new double[deltas.cols()];
        for (int i = 0; i < deltas.rows(); i++) {
            deltas.getRow(i, row);
            for (int o = 0; o < row.length; o++) {
                columns[o][i] = row[o];
            }
        }
        return columns;
    }

    /** out = w times the sum over passes of d_r d_s. */
    private static void products(List<double[][][]> deltas, int layer, int r, int s, double[] weights, double[] out) {
        Arrays.fill(out, 0);
        for (double[][][] pass : deltas) {
            double[] dr = pass[layer][r];
            double[] ds = pass[layer][s];
            for (int i = 0; i < out.length; i++) {
                out[i] += weights[i] * dr[i] * ds[i];
            }
        }
    }

    /** The block's columns of its layer's inputs; parts of the first layer's are made dense. */
    private static Features columns(Network network, Workspace workspace, ParameterBlock block) {
        Features all = workspace.input(block.layer());
        if (block.columns() == all.cols()) {
            return all;
        }
        Matrix dense;
        if (block.layer() > 0) {
            dense = workspace.activation(block.layer());
        } else if (all instanceof DenseFeatures features) {
            dense = features.matrix();
        } else {
            dense = Matrix.zeros(network.precision(), all.rows(), all.cols());
            all.copyTo(dense);
        }
        return new DenseFeatures(dense.colRange(block.fromColumn(), block.toColumn()));
    }
}
