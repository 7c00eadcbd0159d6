package io.kfac.preconditioner;

import io.kfac.curvature.CurvatureKind;
import io.kfac.curvature.CurvatureSums;
import io.kfac.curvature.OutputBlocks;
import io.kfac.family.Categorical;
import io.kfac.linalg.Cholesky;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The block-diagonal natural gradient of a network without hidden layers: each output's weights by the inverse of their exact block of
 * the Fisher. Over-complete classes know no common shift of all outputs, which the blocks take for a steep direction: it is
 * projected out of them, and has damping and penalty for its only curvature.
 */
public final class OutputBlockPreconditioner implements Preconditioner {
    /** Rows a column that a block is estimated from. */
    private static final double ROWS_A_COLUMN = 10;

    private final Network network;
    private final boolean centered;
    private final MovingSum[] blocks;
    private final List<Optional<Cholesky>> factors;
    private double[] means = {};
    /** Damping and penalty of a column: the same for all outputs. */
    private double[] shared = {};

    public OutputBlockPreconditioner(Network network) {
        if (network.depth() != 1) {
            throw new IllegalArgumentException(
                    "Cannot take the output blocks of a network %s: it has hidden layers".formatted(network.widths()));
        }
        this.network = network;
        this.centered = network.family() instanceof Categorical;
        this.blocks = new MovingSum[network.outputs()];
        this.factors = new ArrayList<>(Collections.nCopies(network.outputs(), Optional.empty()));
        for (int a = 0; a < blocks.length; a++) {
            blocks[a] = new MovingSum(network.inputColumns(), 0);
        }
    }

    @Override
    public Optional<CurvatureKind> statistics(long key, double rows) {
        double share = Math.min(1, ROWS_A_COLUMN * network.inputColumns() / rows);
        return Optional.of(new OutputBlocks(key, share, means));
    }

    @Override
    public void accumulate(Optional<CurvatureSums> sums, Parameters gradient) {
        sums.ifPresent(batch -> {
            means = new double[blocks.length];
            for (int a = 0; a < blocks.length; a++) {
                blocks[a].add(batch.symmetric().get(a), batch.weight());
                means[a] = batch.numbers().get(0, a) / batch.weight();
            }
        });
    }

    @Override
    public void refresh(double damping) {
        refresh(damping, new double[network.size()]);
    }

    @Override
    public void refresh(double damping, double[] penalty) {
        int d = network.inputColumns();
        double[][] diagonals = new double[blocks.length][];
        for (int a = 0; a < blocks.length; a++) {
            diagonals[a] = Arrays.copyOfRange(penalty, a * d, (a + 1) * d);
            for (int j = 0; j < d; j++) {
                diagonals[a][j] += damping;
            }
        }
        shared = diagonals[0];
        IntStream.range(0, blocks.length)
                .parallel()
                .forEach(a -> factors.set(
                        a, Optional.of(DampedCholesky.of(blocks[a], diagonals[a], "the block of output " + a))));
        for (MovingSum block : blocks) {
            block.mark();
        }
    }

    @Override
    public void apply(Parameters gradient, Parameters out) {
        DoubleMatrix result = (DoubleMatrix) out.layer(0);
        result.copyFrom(gradient.layer(0));
        double[] shift = centered ? center(result) : new double[0];
        IntStream.range(0, blocks.length)
                .parallel()
                .forEach(a -> factors.get(a).orElseThrow().solveRows(result.rowRange(a, a + 1)));
        if (centered) {
            center(result);
            for (int a = 0; a < blocks.length; a++) {
                for (int j = 0; j < shift.length; j++) {
                    result.set(a, j, result.get(a, j) + shift[j] / shared[j]);
                }
            }
        }
    }

    /** Takes the mean over outputs away. @return the mean */
    private static double[] center(DoubleMatrix w) {
        double[] mean = new double[w.cols()];
        for (int a = 0; a < w.rows(); a++) {
            for (int j = 0; j < mean.length; j++) {
                mean[j] += w.get(a, j) / w.rows();
            }
        }
        for (int a = 0; a < w.rows(); a++) {
            for (int j = 0; j < mean.length; j++) {
                w.set(a, j, w.get(a, j) - mean[j]);
            }
        }
        return mean;
    }

    /** Relative change of the block that changed most. */
    @Override
    public double drift() {
        return Arrays.stream(blocks).mapToDouble(MovingSum::drift).max().orElseThrow();
    }

    @Override
    public void visit(State state) {
        shared = state.list("shared", shared);
        means = state.list("means", means);
        for (int a = 0; a < blocks.length; a++) {
            blocks[a].visit(state.at("block" + a));
            factors.set(a, state.factor("factor" + a, network.inputColumns(), factors.get(a)));
        }
    }

    @Override
    public double exponent() {
        return 1;
    }
}
