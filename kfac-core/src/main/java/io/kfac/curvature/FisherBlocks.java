package io.kfac.curvature;

import io.kfac.family.Categorical;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix;
import io.kfac.model.Network;
import io.kfac.model.Workspace;
import java.util.Collections;
import java.util.List;

/**
 * The whole Fisher of a network without hidden layers from Gram matrices X' diag(w h) X of its d input columns, sparse ones not
 * densified. Independent outputs have one each, h their Fisher information. The Fisher information of k classes is the Laplacian of a
 * graph, diag p - p p' = sum over pairs of p_a p_b (e_a - e_b)(e_a - e_b)': one Gram matrix a pair, h = p_a p_b, and the blocks on the
 * diagonal follow.
 */
final class FisherBlocks {
    private FisherBlocks() {}

    static List<Integer> orders(Network network) {
        int k = network.outputs();
        int grams = network.family() instanceof Categorical ? k * (k - 1) / 2 : k;
        return Collections.nCopies(grams, network.inputColumns());
    }

    /** @param grams of {@link #orders}; lower triangles are added to */
    static void add(Network network, Workspace workspace, double[] weights, List<Matrix> grams) {
        if (network.family() instanceof Categorical) {
            Matrix information = Matrix.zeros(network.precision(), workspace.rows(), grams.size());
            pairs(workspace.mean(), information);
            information.scaleRows(weights);
            workspace.input(0).addGrams(information, grams);
        } else {
            Matrix information = workspace.delta(0);
            network.family().fisherDiagonal(workspace.mean(), information);
            information.scaleRows(weights);
            workspace.input(0).addGrams(information, grams);
        }
    }

    /** Row i of out = p_a p_b of all pairs a > b, a after a. */
    private static void pairs(Matrix mean, Matrix out) {
        double[] p = new double[mean.cols()];
        double[] products = new double[out.cols()];
        for (int i = 0; i < mean.rows(); i++) {
            mean.getRow(i, p);
            int at = 0;
            for (int a = 1; a < p.length; a++) {
                for (int b = 0; b < a; b++) {
                    products[at++] = p[a] * p[b];
                }
            }
            out.setRow(i, products);
        }
    }

    /** k d x k d, lower triangle. */
    static DoubleMatrix matrix(Network network, List<Matrix> grams) {
        DoubleMatrix fisher = DoubleMatrix.zeros(network.size(), network.size());
        int at = 0;
        for (int a = 0; a < network.outputs(); a++) {
            if (!(network.family() instanceof Categorical)) {
                block(network, fisher, a, a).copyFrom(grams.get(a));
                continue;
            }
            for (int b = 0; b < a; b++) {
                Matrix gram = grams.get(at++);
                block(network, fisher, a, a).add(1, gram);
                block(network, fisher, b, b).add(1, gram);
                Matrix between = block(network, fisher, a, b);
                between.add(-1, gram);
                between.mirrorLowerToUpper();
            }
        }
        return fisher;
    }

    private static Matrix block(Network network, Matrix fisher, int a, int b) {
        int d = network.inputColumns();
        return fisher.rowRange(a * d, (a + 1) * d).colRange(b * d, (b + 1) * d);
    }
}
