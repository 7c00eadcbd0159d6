package io.kfac.preconditioner;

import static org.assertj.core.api.Assertions.assertThat;

import io.kfac.curvature.CurvatureSums;
import io.kfac.curvature.FisherKind;
import io.kfac.curvature.FullFisher;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix.Transpose;
import io.kfac.linalg.Precision;
import io.kfac.model.Parameters;
import io.kfac.objective.InMemoryObjective;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.testing.Problems;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BlockFisherPreconditionerTest extends PreconditionerContract {
    @Override
    Preconditioner create() {
        return new BlockFisherPreconditioner(network, FisherKind.EXACT, 0.9, 10);
    }

    private CurvatureSums sums(Preconditioner preconditioner) {
        return new InMemoryObjective(network, List.of(batch))
                .evaluate(
                        "test", new Query(at, RowSelection.all(), Request.gradientAnd(preconditioner.statistics(3, 1))))
                .curvature()
                .orElseThrow();
    }

    /** With a block a layer: each layer's slice of the full Fisher, damped, gives the gradient back. */
    @Test
    void wholeLayersInvertTheirSlicesOfTheFisher() {
        Preconditioner blocks = new BlockFisherPreconditioner(network, FisherKind.EXACT, 0, 1_000);
        blocks.accumulate(Optional.of(sums(blocks)), at);
        blocks.refresh(0.1);
        Parameters v = Problems.parameters(network, 1, 8);
        Parameters out = Parameters.zeros(network, Precision.DOUBLE);
        blocks.apply(v, out);
        CurvatureSums whole = sums(new FullFisherPreconditioner(network, FisherKind.EXACT, 0));
        assertThat(new FullFisher(FisherKind.EXACT, 0).orders(network)).containsExactly(network.size());
        DoubleMatrix fisher = Problems.full(whole.symmetric().get(0));
        fisher.scale(1 / whole.weight());
        int offset = 0;
        for (int l = 0; l < network.depth(); l++) {
            int end = offset + network.layer(l).size();
            DoubleMatrix x = ((DoubleMatrix) out.flat()).colRange(offset, end);
            DoubleMatrix back = (DoubleMatrix) x.copy();
            back.multiply(1, x, Transpose.NO, fisher.rowRange(offset, end).colRange(offset, end), Transpose.NO, 0.1);
            back.add(-1, v.flat().colRange(offset, end));
            assertThat(Math.sqrt(back.dot(back))).isLessThan(1e-10);
            offset = end;
        }
    }
}
