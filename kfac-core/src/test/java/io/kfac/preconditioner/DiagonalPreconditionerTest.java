package io.kfac.preconditioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.batch.MiniBatch;
import io.kfac.batch.Targets;
import io.kfac.curvature.FisherKind;
import io.kfac.family.Bernoulli;
import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Evaluation;
import io.kfac.objective.InMemoryObjective;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.testing.Problems;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiagonalPreconditionerTest extends PreconditionerContract {
    @Override
    Preconditioner create() {
        return new DiagonalPreconditioner(network, FisherKind.EXACT, 0);
    }

    /** Two rows alike with opposite labels: their gradients cancel, so that Adam has nothing to see, and their squares do not. */
    @Test
    void isNotAdamsMoment() {
        Network net = Problems.network(new Bernoulli(), Activation.IDENTITY, Precision.DOUBLE, 2, 1);
        Matrix rows = DoubleMatrix.of(2, 3, new double[] {2, -3, 1, 2, -3, 1});
        Targets labels = new Targets.Values(DoubleMatrix.of(2, 1, new double[] {0, 1}));
        MiniBatch pair = new MiniBatch(new DenseFeatures(rows), labels, new double[0], new long[] {0, 1});
        Parameters zero = Parameters.zeros(net, Precision.DOUBLE);
        DiagonalPreconditioner diagonal = new DiagonalPreconditioner(net, FisherKind.EMPIRICAL, 0);
        Evaluation evaluation = new InMemoryObjective(net, List.of(pair))
                .evaluate("test", new Query(zero, RowSelection.all(), Request.gradientAnd(diagonal.statistics(1, 2))));
        Parameters gradient = evaluation.gradient().orElseThrow();
        AdamPreconditioner adam = new AdamPreconditioner(net, 0.999);
        adam.learn(evaluation.curvature(), gradient);
        diagonal.accumulate(evaluation.curvature(), gradient);
        assertThat(adam.moments().toArray()).containsOnly(0);
        diagonal.refresh(0);
        Parameters unit = Parameters.of(net, new double[] {1, 1, 1});
        Parameters out = Parameters.zeros(net, Precision.DOUBLE);
        diagonal.apply(unit, out);
        // A quarter of x squared, each.
        assertThat(out.toArray()[0]).isCloseTo(1.0, within(1e-12));
        assertThat(out.toArray()[1]).isCloseTo(1 / 2.25, within(1e-12));
        assertThat(out.toArray()[2]).isCloseTo(4, within(1e-12));
    }
}
