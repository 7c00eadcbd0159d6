package io.kfac.preconditioner;

import io.kfac.curvature.CurvatureKind;
import io.kfac.curvature.CurvatureSums;
import io.kfac.curvature.FisherKind;
import io.kfac.curvature.LayerBlocks;
import io.kfac.curvature.ParameterBlock;
import io.kfac.linalg.Cholesky;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The natural gradient block by block: P = (B + lambda I)^-1, B the exact Fisher without what couples its blocks (Amari 1998). Layers
 * are blocks; those of too many parameters are made of several.
 */
public final class BlockFisherPreconditioner implements Preconditioner {
    private final FisherKind fisher;
    private final int most;
    private final List<ParameterBlock> blocks;
    private final List<MovingSum> sums = new ArrayList<>();
    private final List<Optional<Cholesky>> factors;

    /**
     * @param decay of the moving sums, a batch; 0 forgets all but the last one
     * @param most  parameters of a block
     */
    public BlockFisherPreconditioner(Network network, FisherKind fisher, double decay, int most) {
        this.fisher = fisher;
        this.most = most;
        this.blocks = ParameterBlock.ofAtMost(most, network);
        this.factors = new ArrayList<>(Collections.nCopies(blocks.size(), Optional.empty()));
        blocks.forEach(block -> sums.add(new MovingSum(block.size(), decay)));
    }

    @Override
    public Optional<CurvatureKind> statistics(long key, double rows) {
        return Optional.of(new LayerBlocks(fisher, key, most));
    }

    @Override
    public void accumulate(Optional<CurvatureSums> batch, Parameters gradient) {
        batch.ifPresent(found -> {
            for (int b = 0; b < blocks.size(); b++) {
                sums.get(b).add(found.symmetric().get(b), found.weight());
            }
        });
    }

    @Override
    public void refresh(double damping) {
        IntStream.range(0, blocks.size()).parallel().forEach(b -> {
            factors.set(
                    b, Optional.of(DampedCholesky.of(sums.get(b), damping, "the Fisher block of " + blocks.get(b))));
            sums.get(b).mark();
        });
    }

    @Override
    public void apply(Parameters gradient, Parameters out) {
        IntStream.range(0, blocks.size()).parallel().forEach(b -> {
            ParameterBlock block = blocks.get(b);
            Matrix part = block.of(gradient).copy();
            factors.get(b).orElseThrow().solve(((DoubleMatrix) part).data());
            block.of(out).copyFrom(part);
        });
    }

    /** Relative change of the block that changed most. */
    @Override
    public double drift() {
        return sums.stream().mapToDouble(MovingSum::drift).max().orElseThrow();
    }

    @Override
    public double exponent() {
        return 1;
    }

    @Override
    public void visit(State state) {
        for (int b = 0; b < blocks.size(); b++) {
            sums.get(b).visit(state.at("F" + b));
            factors.set(b, state.factor("factor" + b, blocks.get(b).size(), factors.get(b)));
        }
    }
}
