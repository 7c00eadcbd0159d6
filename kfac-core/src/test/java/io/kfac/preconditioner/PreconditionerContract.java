package io.kfac.preconditioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.batch.MiniBatch;
import io.kfac.family.Categorical;
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

/** What every preconditioner promises. */
abstract class PreconditionerContract {
    final Network network = Problems.network(new Categorical(), Activation.TANH, Precision.DOUBLE, 4, 5, 3);
    final MiniBatch batch = Problems.batch(network, 200, 1);
    final Parameters at = Problems.parameters(network, 0.5, 2);

    abstract Preconditioner create();

    private Evaluation evaluate(Preconditioner preconditioner) {
        return new InMemoryObjective(network, List.of(batch))
                .evaluate(
                        "test",
                        new Query(at, RowSelection.all(), Request.gradientAnd(preconditioner.statistics(3, 1))));
    }

    private Parameters gradient(Evaluation evaluation) {
        Parameters gradient = evaluation.gradient().orElseThrow().copy(network);
        gradient.scale(1 / evaluation.weight());
        return gradient;
    }

    private Parameters applied(double damping) {
        Preconditioner preconditioner = create();
        Evaluation evaluation = evaluate(preconditioner);
        preconditioner.accumulate(evaluation.curvature(), gradient(evaluation));
        preconditioner.refresh(damping);
        Parameters out = Parameters.zeros(network, Precision.DOUBLE);
        preconditioner.apply(gradient(evaluation), out);
        return out;
    }

    @Test
    void descends() {
        Parameters gradient = gradient(evaluate(create()));
        assertThat(gradient.dot(applied(1e-3))).isPositive();
    }

    @Test
    void hugeDampingIsAScaledGradient() {
        double lambda = 1e12;
        Parameters gradient = gradient(evaluate(create()));
        Parameters out = applied(lambda);
        out.scale(Math.pow(lambda, create().exponent()));
        out.add(-1, gradient);
        assertThat(out.norm()).isLessThan(1e-4 * gradient.norm());
    }

    @Test
    void leavesTheGradientAlone() {
        Preconditioner preconditioner = create();
        Evaluation evaluation = evaluate(preconditioner);
        Parameters gradient = gradient(evaluation);
        double[] before = gradient.toArray();
        preconditioner.accumulate(evaluation.curvature(), gradient);
        preconditioner.refresh(0.1);
        preconditioner.apply(gradient, Parameters.zeros(network, Precision.DOUBLE));
        assertThat(gradient.toArray()).containsExactly(before);
    }

    @Test
    void sameStatisticsSameBits() {
        assertThat(applied(0.01).toArray()).containsExactly(applied(0.01).toArray());
    }

    static void assertClose(Parameters a, Parameters b, double tolerance) {
        double[] x = a.toArray();
        double[] y = b.toArray();
        for (int i = 0; i < x.length; i++) {
            assertThat(x[i]).isCloseTo(y[i], within(tolerance));
        }
    }
}
