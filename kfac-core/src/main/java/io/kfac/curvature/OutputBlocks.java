package io.kfac.curvature;

import io.kfac.family.CounterRandom;
import io.kfac.linalg.Matrix;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.model.Workspace;
import java.util.Collections;
import java.util.List;

/**
 * The exact blocks of the Fisher on its diagonal, one an output: X' diag(w H_aa) X for a network without hidden layers. Estimated
 * from rows drawn with a chance in proportion to H_aa, as most rows of a fitted classifier say nothing about most classes: ten rows a
 * column then tell as much as all.
 *
 * <p>Symmetric sums: the blocks, columns x columns. Numbers: sum of w H_aa of each output, over all rows.
 * @param key   of the draws: one for each step
 * @param share of the rows that a block takes on average, in (0, 1]
 * @param means H_aa on average, one an output; empty where unknown: rows are then drawn alike
 */
public record OutputBlocks(long key, double share, double[] means) implements CurvatureKind {
    @Override
    public List<Integer> orders(Network network) {
        return Collections.nCopies(network.outputs(), network.inputColumns());
    }

    @Override
    public int numbers(Network network) {
        return network.outputs();
    }

    @Override
    public void add(
            Network network, Parameters at, Workspace workspace, double[] weights, long[] rowIds, CurvatureSums into) {
        Matrix diagonal = workspace.delta(0);
        network.family().fisherDiagonal(workspace.mean(), diagonal);
        double[] drawn = new double[workspace.rows()];
        for (int a = 0; a < network.outputs(); a++) {
            diagonal.getColumn(a, drawn);
            double sum = 0;
            for (int i = 0; i < drawn.length; i++) {
                double curvature = drawn[i];
                double chance = share * (share < 1 && means.length > 0 ? curvature / means[a] : 1);
                boolean taken = chance >= 1 || CounterRandom.uniform(CounterRandom.key(key, rowIds[i]), a) < chance;
                drawn[i] = taken ? weights[i] * curvature / Math.min(1, chance) : 0;
                sum += weights[i] * curvature;
            }
            into.numbers().set(0, a, into.numbers().get(0, a) + sum);
            workspace.input(0).addGram(drawn, into.symmetric().get(a));
        }
    }
}
