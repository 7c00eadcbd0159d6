package io.kfac.curvature;

import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.model.Workspace;
import java.util.Arrays;
import java.util.List;

/**
 * The whole Fisher information, p x p for p parameters: sum of w j j' over per-example gradients j (Amari 1998, sec. 2). For
 * small models: p^2 numbers a partition and p^2 flops a row. What is summed is for {@link #matrix} to know.
 * @param key of the draws, if sampled: one for each step
 */
public record FullFisher(FisherKind fisher, long key) implements CurvatureKind {
    /** Rows of per-example gradients held at a time. */
    private static final int CHUNK = 64;

    @Override
    public List<Integer> orders(Network network) {
        return byBlocks(network) ? FisherBlocks.orders(network) : List.of(network.size());
    }

    /** Whether it is summed by blocks, which takes 2 k times less work than per-example gradients. */
    private boolean byBlocks(Network network) {
        return network.depth() == 1 && fisher == FisherKind.EXACT;
    }

    /** The Fisher of merged sums: p x p in the order of {@link Parameters#flat}, lower triangle. */
    public DoubleMatrix matrix(Network network, CurvatureSums sums) {
        return byBlocks(network)
                ? FisherBlocks.matrix(network, sums.symmetric())
                : (DoubleMatrix) sums.symmetric().get(0);
    }

    @Override
    public int passes(Network network) {
        return byBlocks(network) ? 0 : fisher.passes(network);
    }

    @Override
    public void add(
            Network network, Parameters at, Workspace workspace, double[] weights, long[] rowIds, CurvatureSums into) {
        if (byBlocks(network)) {
            FisherBlocks.add(network, workspace, weights, into.symmetric());
            return;
        }
        int rows = workspace.rows();
        Matrix inputs = Matrix.zeros(network.precision(), rows, network.inputColumns());
        workspace.input(0).copyTo(inputs);
        Matrix gradients = Matrix.zeros(network.precision(), Math.min(CHUNK, rows), network.size());
        for (int pass = 0; pass < passes(network); pass++) {
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
