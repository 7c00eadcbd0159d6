package io.kfac.spark.engine;

import io.kfac.curvature.CurvatureKind;
import io.kfac.curvature.ParameterBlock;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.preconditioner.AdamPreconditioner;
import io.kfac.preconditioner.GraftedPreconditioner;
import io.kfac.preconditioner.IdentityPreconditioner;
import io.kfac.preconditioner.Preconditioner;
import io.kfac.preconditioner.ShampooPreconditioner;
import java.util.List;
import java.util.Optional;

/**
 * Shampoo: roots of the second moments of the batch gradient's rows and columns.
 * @param graft  whose length its steps have
 * @param warmup batches before its direction is followed: until then steps are the graft's, so that 0 where there is none
 */
public record ShampooMetric(ShampooPreconditioner.Options options, Graft graft, int warmup) implements Metric {
    public ShampooMetric {
        if (warmup < 0 || (warmup > 0 && graft == Graft.NONE)) {
            throw new IllegalArgumentException(
                    "Cannot warm up for %d batches with graft %s: 0 or more, and 0 without one"
                            .formatted(warmup, graft));
        }
    }

    @Override
    public String title() {
        return "Shampoo";
    }

    @Override
    public Preconditioner create(Network network, double batchShare) {
        Preconditioner shampoo = new ShampooPreconditioner(network, options);
        return graft.length(network)
                .<Preconditioner>map(length -> new GraftedPreconditioner(network, shampoo, length, warmup))
                .orElse(shampoo);
    }

    @Override
    public Optional<CurvatureKind> statistics() {
        return Optional.empty();
    }

    /** From gradients. */
    @Override
    public boolean learns() {
        return true;
    }

    /** Sums, which forget nothing, stay sums. A direction is followed after as many steps, whose every K-th gradient it has seen. */
    @Override
    public Metric sampledEvery(int batches) {
        double decay = Math.max(Double.MIN_NORMAL, Math.pow(options.decay(), batches));
        return new ShampooMetric(
                new ShampooPreconditioner.Options(options.sides(), decay, options.most()),
                graft,
                (warmup + batches - 1) / batches);
    }

    @Override
    public Needs needs(Layer layer) {
        List<ParameterBlock> blocks = blocks(layer);
        double eigen = 0;
        for (ParameterBlock block : blocks) {
            for (int order : options.orders(block)) {
                // The decomposition, the root and the check that it is one.
                eigen += Needs.eigenFlops(order) + 8 * Math.pow(order, 3);
            }
        }
        // Sums, roots and what an eigendecomposition works in; lengths, and the step that they are given to.
        return new Needs(
                "L and R of %,d block%s".formatted(blocks.size(), blocks.size() == 1 ? "" : "s"),
                8 * applied(layer) + 4L * layer.size(),
                0,
                0,
                0,
                0,
                0,
                eigen,
                0);
    }

    private List<ParameterBlock> blocks(Layer layer) {
        return ParameterBlock.grid(0, layer, options.most(), options.most());
    }

    /** Roots. */
    @Override
    public long applied(Layer layer) {
        return blocks(layer).stream()
                .flatMap(block -> options.orders(block).stream())
                .mapToLong(order -> (long) order * order)
                .sum();
    }

    /** The graft's squares. */
    @Override
    public long followed(Layer layer) {
        return graft == Graft.RMSPROP || graft == Graft.ADAM ? layer.size() : 0;
    }

    /** Whose length a step has, layer by layer. */
    public enum Graft {
        /** Its own. */
        NONE,
        SGD,
        /** Adam's, of squares that are forgotten ten times as fast; their start is corrected too. */
        RMSPROP,
        ADAM;

        Optional<Preconditioner> length(Network network) {
            return switch (this) {
                case NONE -> Optional.empty();
                case SGD -> Optional.of(new IdentityPreconditioner());
                case RMSPROP -> Optional.of(new AdamPreconditioner(network, 0.99));
                case ADAM -> Optional.of(new AdamPreconditioner(network, 0.999));
            };
        }
    }
}
