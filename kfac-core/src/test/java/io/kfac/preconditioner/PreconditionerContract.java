package io.kfac.preconditioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every preconditioner promises. */
abstract class PreconditionerContract {
    final Network network;
    final MiniBatch batch;
    final Parameters at;

    PreconditionerContract() {
        this(Problems.network(new Categorical(), Activation.TANH, Precision.DOUBLE, 4, 5, 3));
    }

    PreconditionerContract(Network network) {
        this.network = network;
        this.batch = Problems.batch(network, 200, 1);
        this.at = Problems.parameters(network, 0.5, 2);
    }

    abstract Preconditioner create();

    /** Whether apply is a linear map, which is then a symmetric one. */
    boolean linear() {
        return true;
    }

    private Evaluation evaluate(Preconditioner preconditioner, long key) {
        return evaluate(preconditioner, key, at);
    }

    private Evaluation evaluate(Preconditioner preconditioner, long key, Parameters point) {
        return new InMemoryObjective(network, List.of(batch))
                .evaluate(
                        "test",
                        new Query(point, RowSelection.all(), Request.gradientAnd(preconditioner.statistics(key, 1))));
    }

    private Parameters gradient() {
        Evaluation evaluation = evaluate(new IdentityPreconditioner(), 0);
        Parameters gradient = evaluation.gradient().orElseThrow().copy(network);
        gradient.scale(1 / evaluation.weight());
        return gradient;
    }

    private void learn(Preconditioner preconditioner, long key) {
        preconditioner.learn(evaluate(preconditioner, key).curvature(), gradient());
    }

    /** After two batches and a refresh between them: some members ask for something else then. */
    private Preconditioner trained(double damping) {
        Preconditioner preconditioner = create();
        learn(preconditioner, 3);
        preconditioner.refresh(damping);
        learn(preconditioner, 4);
        preconditioner.refresh(damping);
        return preconditioner;
    }

    private Parameters applied(Preconditioner preconditioner, Parameters v) {
        Parameters out = Parameters.zeros(network, Precision.DOUBLE);
        preconditioner.apply(v, out);
        return out;
    }

    @Test
    void descends() {
        assertThat(gradient().dot(applied(trained(1e-3), gradient()))).isPositive();
    }

    @Test
    void hugeDampingIsAScaledGradient() {
        double lambda = 1e12;
        Parameters gradient = gradient();
        Parameters out = applied(trained(lambda), gradient);
        out.scale(Math.pow(lambda, create().exponent()));
        Parameters limit = limit(gradient);
        out.add(-1, limit);
        assertThat(out.norm()).isLessThan(1e-4 * limit.norm());
    }

    /** What lambda^p P v tends to as damping grows. */
    Parameters limit(Parameters gradient) {
        return gradient;
    }

    @Test
    void leavesTheGradientAlone() {
        Parameters gradient = gradient();
        double[] before = gradient.toArray();
        Preconditioner preconditioner = create();
        preconditioner.learn(evaluate(preconditioner, 3).curvature(), gradient);
        preconditioner.refresh(0.1);
        applied(preconditioner, gradient);
        assertThat(gradient.toArray()).containsExactly(before);
    }

    @Test
    void sameStatisticsSameBits() {
        assertThat(applied(trained(0.01), gradient()).toArray())
                .containsExactly(applied(trained(0.01), gradient()).toArray());
    }

    @Test
    void linearMembersAreSymmetric() {
        Preconditioner preconditioner = trained(0.01);
        Parameters u = Problems.parameters(network, 1, 5);
        Parameters v = Problems.parameters(network, 1, 6);
        Parameters both = u.copy(network);
        both.add(-2, v);
        Parameters pu = applied(preconditioner, u);
        Parameters pv = applied(preconditioner, v);
        Parameters sum = pu.copy(network);
        sum.add(-2, pv);
        double scale = pu.norm() * v.norm();
        assertThat(Math.abs(pu.dot(v) - pv.dot(u)) < 1e-10 * scale).isEqualTo(linear());
        sum.add(-1, applied(preconditioner, both));
        assertThat(sum.norm() < 1e-10 * pu.norm()).isEqualTo(linear());
    }

    /** Where damping alone can be changed, it is as if there had been a refresh with it. */
    @Test
    void dampingAloneIsARefreshWithoutNewStatistics() {
        Preconditioner damped = trained(0.01);
        if (damped.damp(0.5)) {
            Preconditioner refreshed = trained(0.01);
            refreshed.refresh(0.5);
            assertThat(applied(damped, gradient()).toArray())
                    .containsExactly(applied(refreshed, gradient()).toArray());
        } else {
            assertThat(applied(damped, gradient()).toArray())
                    .containsExactly(applied(trained(0.01), gradient()).toArray());
        }
    }

    /** Saved between a batch and the refresh that will use it: what comes after has the same bits too. */
    @Test
    void aRestoredStateGoesOnWithTheSameBits() {
        Preconditioner first = trained(0.01);
        first.drift();
        first.refresh(0.02);
        learn(first, 5);
        Map<String, double[]> saved = State.save(first);
        Preconditioner second = create();
        State.restore(second, saved);
        double[] before = applied(first, gradient()).toArray();
        assertThat(applied(second, gradient()).toArray()).containsExactly(before);
        assertThat(second.drift()).isEqualTo(first.drift());
        for (Preconditioner each : List.of(first, second)) {
            each.refresh(0.03);
            learn(each, 6);
            each.refresh(0.03);
        }
        double[] after = applied(first, gradient()).toArray();
        assertThat(applied(second, gradient()).toArray()).containsExactly(after);
        assertThat(State.save(second).keySet())
                .containsExactlyElementsOf(State.save(first).keySet());
    }

    /** What workers of local steps learn is in what they bring back, and the driver, which adopts it, learns the rest. */
    @Test
    void whatFollowsStepsIsTheFollowersAlone() {
        Preconditioner preconditioner = trained(0.01);
        Map<String, double[]> followed = followed(preconditioner);
        preconditioner.accumulate(evaluate(preconditioner, 5).curvature(), gradient());
        followed(preconditioner)
                .forEach((name, values) -> assertThat(values).as(name).containsExactly(followed.get(name)));
        Map<String, double[]> before = State.save(preconditioner);
        preconditioner.follow(gradient());
        State.save(preconditioner).forEach((name, values) -> {
            if (followed.keySet().stream().noneMatch(name::endsWith)) {
                assertThat(values).as(name).containsExactly(before.get(name));
            }
        });
    }

    private static Map<String, double[]> followed(Preconditioner preconditioner) {
        return preconditioner.follower().map(State::saveApplied).orElse(Map.of());
    }

    @Test
    void aStateOfAnotherNetworkIsRefused() {
        Map<String, double[]> saved = State.save(trained(0.01));
        saved.replaceAll((name, values) -> new double[values.length + 2]);
        assertThatThrownBy(() -> State.restore(create(), saved))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Cannot restore");
        assertThatThrownBy(() -> State.restore(create(), Map.of())).hasMessageContaining("the state has none");
    }

    /** Nothing to go by before the first refresh; nothing has changed after one; something has after another batch. */
    @Test
    void driftIsMeasuredFromTheLastRefresh() {
        Preconditioner preconditioner = create();
        learn(preconditioner, 3);
        boolean remembers = preconditioner.drift() > 0;
        preconditioner.refresh(0.1);
        assertThat(preconditioner.drift()).isZero();
        Parameters elsewhere = Problems.parameters(network, 1, 7);
        preconditioner.learn(evaluate(preconditioner, 4, elsewhere).curvature(), elsewhere);
        assertThat(preconditioner.drift() > 0).isEqualTo(remembers);
        assertThat(preconditioner.drift()).isFinite();
        preconditioner.refresh(0.1);
        assertThat(preconditioner.drift()).isZero();
    }

    static void assertClose(Parameters a, Parameters b, double tolerance) {
        double[] x = a.toArray();
        double[] y = b.toArray();
        for (int i = 0; i < x.length; i++) {
            assertThat(x[i]).isCloseTo(y[i], within(tolerance));
        }
    }
}
