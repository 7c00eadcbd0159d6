package io.kfac.curvature;

import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.Matrix;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.model.Workspace;
import java.util.Arrays;
import java.util.List;

/**
 * The whole Fisher information, p x p for p parameters: sum of w j j' over per-example gradients j (Amari 1998, sec. 2). For
 * small models: p^2 numbers a partition and p^2 flops a row.
 * @param key of the draws, if sampled: one for each step
 */
public record FullFisher(FisherKind fisher, long key) implements CurvatureKind {
    /** Rows of per-example gradients held at a time. */
    private static final int CHUNK = 64;

    @Override
    public List<Integer> orders(Network network) {
        return List.of(network.size());
    }

    @Override
    public void add(
            Network network, Parameters at, Workspace workspace, double[] weights, long[] rowIds, CurvatureSums into) {
        if (network.depth() == 1 && fisher == FisherKind.EXACT) {
            addBlocks(network, workspace, weights, into.symmetric().get(0));
            return;
        }
        int rows = workspace.rows();
        Matrix inputs = Matrix.zeros(network.precision(), rows, network.inputColumns());
        workspace.input(0).copyTo(inputs);
        Matrix gradients = Matrix.zeros(network.precision(), Math.min(CHUNK, rows), network.size());
        for (int pass = 0; pass < OutputDeltas.passes(fisher, network); pass++) {
            OutputDeltas.fill(fisher, pass, key, rowIds, workspace);
            network.backward(at, workspace, (layer, in, deltas) -> {});
            for (int from = 0; from < rows; from += CHUNK) {
                int count = Math.min(CHUNK, rows - from);
                Matrix chunk = gradients.rowRange(0, count);
                perExample(network, workspace, inputs, from, chunk);
                double[] w = Arrays.copyOfRange(weights, from, from + count);
                new DenseFeatures(chunk).addGram(w, into.symmetric().get(0));
            }
        }
    }

    /**
     * Without hidden layers the Fisher is made of k x k blocks X' diag(w H_ab) X, H the Fisher information of the outputs: k^2 / 2
     * Gram matrices of the features, sparse ones not densified, where sums over per-example gradients would take 2 k times the work.
     */
    private static void addBlocks(Network network, Workspace workspace, double[] weights, Matrix into) {
        int rows = workspace.rows();
        int k = network.outputs();
        int d = network.inputColumns();
        Matrix unit = workspace.targets();
        Matrix column = workspace.delta(0);
        double[] blockWeights = new double[rows];
        for (int b = 0; b < k; b++) {
            unit.fill(0);
            unit.colRange(b, b + 1).fill(1);
            network.family().fisherProduct(workspace.mean(), unit, column);
            for (int a = b; a < k; a++) {
                for (int i = 0; i < rows; i++) {
                    blockWeights[i] = weights[i] * column.get(i, a);
                }
                Matrix block = into.rowRange(a * d, (a + 1) * d).colRange(b * d, (b + 1) * d);
                workspace.input(0).addGram(blockWeights, block);
                if (a > b) {
                    block.mirrorLowerToUpper();
                }
            }
        }
    }

    /** Row i of out = the gradient of example from + i, layer by layer: the outer product of its deltas and inputs. */
    private static void perExample(Network network, Workspace workspace, Matrix inputs, int from, Matrix out) {
        double[] row = new double[network.size()];
        double[] a = new double[maxColumns(network)];
        double[] d = new double[maxColumns(network)];
        for (int i = 0; i < out.rows(); i++) {
            int at = 0;
            for (int l = 0; l < network.depth(); l++) {
                int columns = network.layer(l).columns();
                int outputs = network.layer(l).outputs();
                (l == 0 ? inputs : workspace.activation(l)).getRow(from + i, a);
                workspace.delta(l).getRow(from + i, d);
                for (int o = 0; o < outputs; o++) {
                    for (int c = 0; c < columns; c++) {
                        row[at++] = d[o] * a[c];
                    }
                }
            }
            out.setRow(i, row);
        }
    }

    private static int maxColumns(Network network) {
        return network.layers().stream()
                .mapToInt(layer -> Math.max(layer.columns(), layer.outputs()))
                .max()
                .orElseThrow();
    }
}
