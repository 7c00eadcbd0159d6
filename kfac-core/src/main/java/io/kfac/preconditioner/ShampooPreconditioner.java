package io.kfac.preconditioner;

import io.kfac.curvature.CurvatureKind;
import io.kfac.curvature.CurvatureSums;
import io.kfac.curvature.ParameterBlock;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Shampoo (Gupta, Koren and Singer 2018, algorithm 1): P V = L^(-1/4) V R^(-1/4) with L and R the sums of G G' and G' G over batch
 * gradients G of a matrix of weights; with one side, that side's root is -1/2. Matrices of more outputs or columns than a limit are cut
 * into a grid of blocks, each on its own (Anil et al. 2020, sec. 3). Takes no statistics of rows: the driver has the gradient.
 */
public final class ShampooPreconditioner implements Preconditioner {
    private final List<ShampooBlock> blocks;

    /** @param sides whether both sides of a matrix, or only its smaller one */
    public enum Sides {
        ONE,
        TWO
    }

    /**
     * @param sides that are preconditioned
     * @param decay of the second moments, a step, which are then averages corrected for their start at zero; 1 for sums, which let
     *              steps shrink as Adagrad's do
     * @param most  outputs or columns of a block
     */
    public record Options(Sides sides, double decay, int most) implements Serializable {
        public Options {
            if (!(decay > 0 && decay <= 1) || most < 1) {
                throw new IllegalArgumentException(
                        "Cannot use decay %s, blocks of %d: not in (0, 1] and at least 1, please"
                                .formatted(decay, most));
            }
        }

        /** Whether a block has an L, over its outputs. */
        boolean left(ParameterBlock block) {
            return sides == Sides.TWO || block.rows() <= block.columns();
        }

        /** Whether it has an R, over its columns. */
        boolean right(ParameterBlock block) {
            return sides == Sides.TWO || !left(block);
        }

        /** Orders of the matrices kept for a block. */
        public List<Integer> orders(ParameterBlock block) {
            return Stream.of(left(block) ? block.rows() : 0, right(block) ? block.columns() : 0)
                    .filter(order -> order > 0)
                    .toList();
        }
    }

    public ShampooPreconditioner(Network network, Options options) {
        blocks = ParameterBlock.grid(network, options.most(), options.most()).stream()
                .map(block -> new ShampooBlock(name(block, network), block, options))
                .toList();
    }

    private static String name(ParameterBlock block, Network network) {
        boolean whole = block.size() == network.layer(block.layer()).size();
        return "layer %d%s"
                .formatted(
                        block.layer() + 1,
                        whole
                                ? ""
                                : ", outputs %d to %d, columns %d to %d"
                                        .formatted(
                                                block.fromRow() + 1,
                                                block.toRow(),
                                                block.fromColumn() + 1,
                                                block.toColumn()));
    }

    @Override
    public Optional<CurvatureKind> statistics(long key, double rows) {
        return Optional.empty();
    }

    @Override
    public void accumulate(Optional<CurvatureSums> sums, Parameters gradient) {
        blocks.forEach(block -> block.accumulate(gradient));
    }

    /** @param damping added to the eigenvalues of L and R: in units of the squared gradient, not of curvature */
    @Override
    public void refresh(double damping) {
        IntStream.range(0, blocks.size()).parallel().forEach(b -> blocks.get(b).refresh(damping));
    }

    @Override
    public void apply(Parameters gradient, Parameters out) {
        IntStream.range(0, blocks.size()).parallel().forEach(b -> blocks.get(b)
                .apply(gradient, (DoubleMatrix) blocks.get(b).of(out)));
    }

    @Override
    public List<CurvatureFactor> factors() {
        return blocks.stream().flatMap(ShampooBlock::factors).toList();
    }

    /** Relative change of the side that changed most. */
    @Override
    public double drift() {
        return blocks.stream().mapToDouble(ShampooBlock::drift).max().orElseThrow();
    }

    /** Two fourth roots or one square root. */
    @Override
    public double exponent() {
        return 0.5;
    }

    @Override
    public void visit(State state) {
        for (int b = 0; b < blocks.size(); b++) {
            blocks.get(b).visit(state.at("block" + b));
        }
    }
}
