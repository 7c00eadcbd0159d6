package io.kfac.spark.engine;

import io.kfac.curvature.CurvatureKind;
import io.kfac.curvature.FisherKind;
import io.kfac.curvature.LayerBlocks;
import io.kfac.curvature.ParameterBlock;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.preconditioner.BlockFisherPreconditioner;
import io.kfac.preconditioner.Preconditioner;
import java.util.List;
import java.util.Optional;

/**
 * Exact blocks of the Fisher: whole layers where they fit.
 * @param most  parameters of a block
 * @param decay of its moving sums
 */
public record LayerBlockMetric(FisherKind fisher, int most, double decay) implements Metric {
    public LayerBlockMetric(FisherKind fisher, int most) {
        this(fisher, most, DECAY);
    }

    @Override
    public String title() {
        return "natural gradient by blocks";
    }

    @Override
    public Preconditioner create(Network network, double batchShare) {
        return new BlockFisherPreconditioner(network, fisher, Metric.decay(decay, batchShare), most);
    }

    @Override
    public Optional<CurvatureKind> statistics() {
        return Optional.of(new LayerBlocks(fisher, 0, most));
    }

    @Override
    public Needs needs(Layer layer) {
        List<ParameterBlock> blocks = ParameterBlock.ofAtMost(most, 0, layer);
        long squares =
                blocks.stream().mapToLong(b -> (long) b.size() * b.size()).sum();
        long packed = blocks.stream().mapToLong(b -> Needs.packed(b.size())).sum();
        double cubes = blocks.stream().mapToDouble(b -> Math.pow(b.size(), 3)).sum();
        int largest = blocks.stream().mapToInt(ParameterBlock::size).max().orElseThrow();
        LayerBlocks kind = new LayerBlocks(fisher, 0, most);
        // Sums, damped copies, Cholesky factors and a batch's unpacked sums; the packed ones. Deltas and their products
        // are doubles: two numbers each, or one.
        return new Needs(
                "%,d block%s of up to %,d x %3$,d".formatted(blocks.size(), blocks.size() == 1 ? "" : "s", largest),
                4 * squares + packed,
                squares + packed + 2 * kind.held(layer, Needs.PASS_ROWS),
                0,
                packed,
                squares,
                2.0 * kind.pairs(layer),
                cubes / 3,
                0);
    }

    @Override
    public Metric of(FisherKind other) {
        return new LayerBlockMetric(other, most, decay);
    }

    @Override
    public Metric sampledEvery(int batches) {
        return new LayerBlockMetric(fisher, most, Math.pow(decay, batches));
    }
}
