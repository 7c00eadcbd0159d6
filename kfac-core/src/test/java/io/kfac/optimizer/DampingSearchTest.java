package io.kfac.optimizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.kfac.curvature.FisherKind;
import io.kfac.family.Bernoulli;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Evaluation;
import io.kfac.objective.InMemoryObjective;
import io.kfac.objective.Objective;
import io.kfac.objective.Penalty;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.preconditioner.KroneckerPreconditioner;
import io.kfac.testing.Problems;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DampingSearchTest {
    private static final Network NETWORK =
            Problems.network(new Bernoulli(), Activation.TANH, Precision.DOUBLE, 8, 6, 3, 6, 8);
    private static final Penalty PENALTY = new Penalty(1e-3);

    private final Objective objective = new InMemoryObjective(NETWORK, List.of(Problems.batch(NETWORK, 400, 1)));
    private final KroneckerPreconditioner preconditioner = new KroneckerPreconditioner(
            NETWORK, new KroneckerPreconditioner.Options(FisherKind.EXACT, 0.95, Double.POSITIVE_INFINITY));

    /** From near the start and from far away, where the quadratic model overshoots. */
    @ParameterizedTest
    @ValueSource(doubles = {0.2, 1.5})
    void noStepOfTheRangeGainsMuchMore(double scale) {
        Parameters at = Problems.parameters(NETWORK, scale, 2);
        Query query = new Query(at, RowSelection.all(), Request.gradientAnd(preconditioner.statistics(1, 1)));
        Evaluation here = objective.evaluate("test", query);
        Parameters gradient = PENALTY.meanGradient(NETWORK, at, here);
        preconditioner.accumulate(here.curvature(), gradient);
        DampingSearch.Found found = new DampingSearch(NETWORK, preconditioner, PENALTY)
                .run(objective, at, gradient, RowSelection.all(), RowSelection.all());
        double best = Double.NEGATIVE_INFINITY;
        for (double lambda = 10; lambda > 1e-7; lambda /= 10) {
            best = Math.max(best, Math.max(gain(at, gradient, lambda, 1), gain(at, gradient, lambda, 0.5)));
        }
        double gained = gain(at, gradient, found.damping(), found.share());
        assertThat(gained).isGreaterThanOrEqualTo(0.9 * best).isPositive();
        double other = gain(at, gradient, found.damping(), 1.5 - found.share());
        assertThat(gained).isGreaterThanOrEqualTo(other);
    }

    /** Of a share of the quadratic model's step along the direction with damping lambda. */
    private double gain(Parameters at, Parameters gradient, double lambda, double share) {
        preconditioner.refresh(lambda + PENALTY.lambda());
        Parameters direction = Parameters.zeros(NETWORK, Precision.DOUBLE);
        preconditioner.apply(gradient, direction);
        Evaluation products = objective.evaluate(
                "test", new Query(at, RowSelection.all(), Request.fisherProducts(List.of(direction))));
        double curvature = products.fisher().get(0, 0) / products.weight()
                + PENALTY.curvature(NETWORK, direction, direction)
                + lambda * direction.dot(direction);
        Parameters trial = at.copy(NETWORK);
        trial.add(-share * gradient.dot(direction) / curvature, direction);
        return loss(at) - loss(trial);
    }

    private double loss(Parameters at) {
        Evaluation there = objective.evaluate("test", new Query(at, RowSelection.all(), Request.loss()));
        return PENALTY.meanLoss(NETWORK, at, there);
    }
}
