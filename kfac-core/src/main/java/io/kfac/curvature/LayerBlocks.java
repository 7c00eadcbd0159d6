package io.kfac.curvature;

import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.Features;
import io.kfac.linalg.Matrix;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.model.Workspace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
    /** Products of deltas that are held at a time, 32 MB: where there are more, all passes are taken again for the rest. */
    private static final int PRODUCTS = 1 << 22;

    /** What the blocks are. */
    public List<ParameterBlock> blocks(Network network) {
        return ParameterBlock.ofAtMost(most, network);
    }

    @Override
    public List<Integer> orders(Network network) {
        return blocks(network).stream().map(ParameterBlock::size).toList();
    }

    @Override
    public int passes(Network network) {
        return fisher.passes(network);
    }

    /** Pairs of outputs of a layer that share a block: what each pass multiplies, for every row. */
    public long pairs(Layer layer) {
        return ParameterBlock.ofAtMost(most, 0, layer).stream()
                .filter(block -> block.fromColumn() == 0)
                .mapToLong(block -> block.rows() * (block.rows() + 1L) / 2)
                .sum();
    }

    /** Doubles that it holds beside the sums for a layer, in passes over so many rows: deltas of one pass, products of all. */
    public long held(Layer layer, int rows) {
        return (long) rows * (layer.outputs() + Math.min(pairs(layer), room(rows)));
    }

    /** Pairs whose products are held at a time. */
    private static int room(int rows) {
        return Math.max(1, PRODUCTS / Math.max(1, rows));
    }

    @Override
    public void add(
            Network network, Parameters at, Workspace workspace, double[] weights, long[] rowIds, CurvatureSums into) {
        List<ParameterBlock> blocks = blocks(network);
        List<Features> inputs = inputs(network, workspace, blocks);
        List<Pair> pairs = pairs(blocks);
        int room = room(weights.length);
        for (int from = 0; from < pairs.size(); from += room) {
            List<Pair> some = pairs.subList(from, Math.min(pairs.size(), from + room));
            double[][] products = products(network, at, workspace, some, weights, rowIds);
            for (int p = 0; p < products.length; p++) {
                Pair pair = some.get(p);
                for (int b = pair.fromBlock(); b < pair.toBlock(); b++) {
                    Matrix sum = into.symmetric().get(b);
                    addGram(inputs.get(b), products[p], pair.of(blocks.get(b), sum), pair.diagonal());
                }
            }
        }
    }

    private static void addGram(Features inputs, double[] weights, Matrix out, boolean diagonal) {
        inputs.addGram(weights, out);
        if (!diagonal) {
            out.mirrorLowerToUpper();
        }
    }

    /** Outputs r >= s of a layer, and the blocks that hold both: one a part of the columns. */
    private record Pair(int layer, int r, int s, int fromBlock, int toBlock) {
        boolean diagonal() {
            return r == s;
        }

        /** Where their Gram matrix is added up. */
        Matrix of(ParameterBlock block, Matrix sum) {
            int d = block.columns();
            int row = (r - block.fromRow()) * d;
            int col = (s - block.fromRow()) * d;
            return sum.rowRange(row, row + d).colRange(col, col + d);
        }
    }

    private static List<Pair> pairs(List<ParameterBlock> blocks) {
        List<Pair> pairs = new ArrayList<>();
        int to;
        for (int from = 0; from < blocks.size(); from = to) {
            ParameterBlock block = blocks.get(from);
            to = from + 1;
            while (to < blocks.size() && blocks.get(to).fromColumn() > 0) {
                to++;
            }
            for (int r = block.fromRow(); r < block.toRow(); r++) {
                for (int s = block.fromRow(); s <= r; s++) {
                    pairs.add(new Pair(block.layer(), r, s, from, to));
                }
            }
        }
        return pairs;
    }

    /** Of each pair, w times the sum over passes of d_r d_s: a number a row. */
    private double[][] products(
            Network network, Parameters at, Workspace workspace, List<Pair> pairs, double[] weights, long[] rowIds) {
        double[][][] deltas = new double[network.depth()][][];
        for (int l = 0; l < deltas.length; l++) {
            deltas[l] = new double[network.layer(l).outputs()][weights.length];
        }
        double[][] products = new double[pairs.size()][weights.length];
        for (int pass = 0; pass < passes(network); pass++) {
            OutputDeltas.fill(fisher, pass, key, rowIds, workspace);
            network.backward(at, workspace, (layer, inputs, rows) -> byOutput(rows, deltas[layer]));
            for (int p = 0; p < products.length; p++) {
                double[][] layer = deltas[pairs.get(p).layer()];
                addProduct(weights, layer[pairs.get(p).r()], layer[pairs.get(p).s()], products[p]);
            }
        }
        return products;
    }

    private static void byOutput(Matrix deltas, double[][] out) {
        double[] row = new double[deltas.cols()];
        for (int i = 0; i < deltas.rows(); i++) {
            deltas.getRow(i, row);
            for (int o = 0; o < row.length; o++) {
                out[o][i] = row[o];
            }
        }
    }

    private static void addProduct(double[] weights, double[] dr, double[] ds, double[] out) {
        for (int i = 0; i < out.length; i++) {
            out[i] += weights[i] * dr[i] * ds[i];
        }
    }

    /** Each block's columns of its layer's inputs; those of a sparse first layer are made dense where blocks take parts of them. */
    private static List<Features> inputs(Network network, Workspace workspace, List<ParameterBlock> blocks) {
        Map<Integer, Matrix> dense = new HashMap<>();
        List<Features> inputs = new ArrayList<>();
        for (ParameterBlock block : blocks) {
            Features all = workspace.input(block.layer());
            inputs.add(
                    block.columns() == all.cols()
                            ? all
                            : new DenseFeatures(dense.computeIfAbsent(block.layer(), l -> dense(network, workspace, l))
                                    .colRange(block.fromColumn(), block.toColumn())));
        }
        return inputs;
    }

    private static Matrix dense(Network network, Workspace workspace, int layer) {
        if (layer > 0) {
            return workspace.activation(layer);
        }
        Features all = workspace.input(0);
        if (all instanceof DenseFeatures features) {
            return features.matrix();
        }
        Matrix dense = Matrix.zeros(network.precision(), all.rows(), all.cols());
        all.copyTo(dense);
        return dense;
    }
}
