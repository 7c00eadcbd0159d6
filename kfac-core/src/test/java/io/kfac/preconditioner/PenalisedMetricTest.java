package io.kfac.preconditioner;

import static org.assertj.core.api.Assertions.assertThat;

import io.kfac.batch.MiniBatch;
import io.kfac.curvature.CurvatureKind;
import io.kfac.curvature.CurvatureSums;
import io.kfac.curvature.FisherKind;
import io.kfac.curvature.FullFisher;
import io.kfac.family.Bernoulli;
import io.kfac.family.Categorical;
import io.kfac.family.ExponentialFamily;
import io.kfac.linalg.Cholesky;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.InMemoryObjective;
import io.kfac.objective.Penalty;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.testing.Problems;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Metrics with a penalty of its own for each column, against dense solves. */
class PenalisedMetricTest {
    private static final double EXACT = 1e-10;
    private static final double DAMPING = 1e-3;
    private static final Penalty PENALTY = new Penalty(0.1, 0, new double[] {1, 30, 0.01});

    private static Network network(ExponentialFamily family) {
        return Problems.network(family, Activation.IDENTITY, Precision.DOUBLE, 3, 4);
    }

    private static CurvatureSums sums(Network network, Optional<? extends CurvatureKind> kind) {
        MiniBatch batch = Problems.batch(network, 60, 1);
        Parameters at = Problems.parameters(network, 0.5, 2);
        Query query = new Query(at, RowSelection.all(), Request.gradientAnd(kind));
        return new InMemoryObjective(network, List.of(batch))
                .evaluate("test", query)
                .curvature()
                .orElseThrow();
    }

    private static Parameters applied(Network network, Preconditioner preconditioner, Parameters gradient) {
        preconditioner.accumulate(Optional.of(sums(network, preconditioner.statistics(1, 1))), gradient);
        preconditioner.refresh(DAMPING, PENALTY.diagonal(network));
        Parameters out = Parameters.zeros(network, Precision.DOUBLE);
        preconditioner.apply(gradient, out);
        return out;
    }

    /** Mean Fisher, penalty and damping. */
    private static DoubleMatrix metric(Network network) {
        FullFisher kind = new FullFisher(FisherKind.EXACT, 0);
        CurvatureSums sums = sums(network, Optional.of(kind));
        DoubleMatrix metric = kind.matrix(network, sums);
        metric.scale(1 / sums.weight());
        PENALTY.addCurvature(network, metric);
        for (int i = 0; i < metric.rows(); i++) {
            metric.set(i, i, metric.get(i, i) + DAMPING);
        }
        return metric;
    }

    private static void assertClose(Parameters found, Parameters expected) {
        found.add(-1, expected);
        assertThat(found.norm()).isLessThan(EXACT * expected.norm());
    }

    /** Outputs that are independent have no other blocks: their preconditioned gradient is Newton's step. */
    @Test
    void blocksOfIndependentOutputsAreTheWholeMetric() {
        Network network = network(new Bernoulli());
        Parameters gradient = Problems.parameters(network, 1, 3);
        Parameters expected = gradient.copy(network);
        Cholesky.of(metric(network)).orElseThrow().solveRows((DoubleMatrix) expected.flat());
        assertClose(applied(network, new OutputBlockPreconditioner(network), gradient), expected);
    }

    /** A shift of all classes has the penalty and the damping for its only curvature, as it has in the whole metric. */
    @Test
    void aShiftOfAllClassesMeetsThePenaltyAlone() {
        Network network = network(new Categorical());
        Parameters gradient = Parameters.zeros(network, Precision.DOUBLE);
        for (int a = 0; a < network.outputs(); a++) {
            gradient.layer(0).setRow(a, new double[] {1, -2, 3, 0.5});
        }
        Parameters expected = gradient.copy(network);
        Cholesky.of(metric(network)).orElseThrow().solveRows((DoubleMatrix) expected.flat());
        assertClose(applied(network, new OutputBlockPreconditioner(network), gradient), expected);
    }

    @Test
    void theDiagonalIsTheWholeMetrics() {
        Network network = network(new Categorical());
        Parameters gradient = Problems.parameters(network, 1, 3);
        DoubleMatrix metric = metric(network);
        double[] expected = gradient.toArray();
        for (int i = 0; i < expected.length; i++) {
            expected[i] /= metric.get(i, i);
        }
        Preconditioner diagonal = new DiagonalPreconditioner(network, FisherKind.EXACT, 0);
        assertClose(applied(network, diagonal, gradient), Parameters.of(network, expected));
    }
}
