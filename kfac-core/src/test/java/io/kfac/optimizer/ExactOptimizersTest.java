package io.kfac.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.kfac.batch.MiniBatch;
import io.kfac.curvature.FisherKind;
import io.kfac.family.Bernoulli;
import io.kfac.family.Categorical;
import io.kfac.family.ExponentialFamily;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.InMemoryObjective;
import io.kfac.objective.Objective;
import io.kfac.objective.Penalty;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.preconditioner.DiagonalPreconditioner;
import io.kfac.preconditioner.KroneckerPreconditioner;
import io.kfac.preconditioner.OutputBlockPreconditioner;
import io.kfac.preconditioner.Preconditioner;
import io.kfac.testing.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Four roads to one optimum: the whole Hessian, conjugate gradients with either preconditioner, and L-BFGS. */
class ExactOptimizersTest {
    private static final double[] SCALES = {0.5, 2, 1, 3};

    private static Network network(ExponentialFamily family) {
        return Problems.network(
                family, Activation.IDENTITY, Precision.DOUBLE, 4, family instanceof Categorical ? 3 : 1);
    }

    private static Objective objective(Network network) {
        MiniBatch rows = Problems.batch(network, 600, 3);
        double[] weights = new double[600];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = i % 3;
        }
        return new InMemoryObjective(network, List.of(Problems.weighted(rows, weights)));
    }

    private static Parameters zeros(Network network) {
        return Parameters.zeros(network, Precision.DOUBLE);
    }

    private static NewtonOptimizer newton(Network network, Penalty penalty) {
        return new NewtonOptimizer(network, zeros(network), penalty, RowSelection.all(), 1e-14, () -> 0L);
    }

    private static TruncatedNewtonOptimizer truncated(Network network, Penalty penalty, Preconditioner preconditioner) {
        return new TruncatedNewtonOptimizer(
                network, zeros(network), penalty, RowSelection.all(), 1e-13, preconditioner, () -> 0L);
    }

    private static QuasiNewtonOptimizer quasi(Network network, Penalty penalty) {
        return new QuasiNewtonOptimizer(
                network, zeros(network), penalty, RowSelection.all(), 1e-13, diagonal(network), () -> 0L);
    }

    private static Certificate run(Optimizer optimizer, Objective objective) {
        for (int i = 0; i < 2_000 && optimizer.stalled().isEmpty(); i++) {
            optimizer.step(objective);
        }
        return optimizer.certificate().orElseThrow();
    }

    static Stream<ExponentialFamily> families() {
        return Stream.of(new Bernoulli(), new Categorical());
    }

    private static Preconditioner kronecker(Network network) {
        return new KroneckerPreconditioner(network, new KroneckerPreconditioner.Options(FisherKind.EXACT, 0, 20));
    }

    private static Preconditioner diagonal(Network network) {
        return new DiagonalPreconditioner(network, FisherKind.EXACT, 0);
    }

    @ParameterizedTest
    @MethodSource("families")
    void agreeOnTheOptimum(ExponentialFamily family) {
        Network network = network(family);
        Objective objective = objective(network);
        for (Penalty penalty : List.of(new Penalty(0), new Penalty(0.02), new Penalty(0.02, 0, SCALES))) {
            double optimum = run(newton(network, penalty), objective).objective();
            for (Optimizer other : List.of(
                    truncated(network, penalty, kronecker(network)),
                    truncated(network, penalty, diagonal(network)),
                    truncated(network, penalty, new OutputBlockPreconditioner(network)),
                    quasi(network, penalty))) {
                Certificate certificate = run(other, objective);
                assertThat(certificate).matches(Certificate::converged, "converged");
                assertThat(certificate.objective()).isCloseTo(optimum, within(1e-11));
                assertThat(certificate.objective())
                        .isEqualTo(penalty.meanLoss(
                                network,
                                other.settled(),
                                objective.evaluate(
                                        "test", new Query(other.settled(), RowSelection.all(), Request.loss()))));
            }
        }
    }

    /** Zero is optimal exactly where the smooth gradient is within the threshold; elsewhere it meets the threshold. */
    @ParameterizedTest
    @MethodSource("families")
    void absoluteValuesMeetTheirOptimalityConditions(ExponentialFamily family) {
        Network network = network(family);
        Objective objective = objective(network);
        Penalty penalty = new Penalty(0.005, 0.05, SCALES);
        NewtonOptimizer proximal = newton(network, penalty);
        QuasiNewtonOptimizer orthantWise = quasi(network, penalty);
        Certificate certificate = run(proximal, objective);
        double[] x = proximal.settled().toArray();
        double[] g = penalty.meanGradient(
                        network,
                        proximal.settled(),
                        objective.evaluate(
                                "test", new Query(proximal.settled(), RowSelection.all(), Request.lossAndGradient())))
                .toArray();
        double[] t = penalty.thresholds(network);
        int zeros = 0;
        for (int i = 0; i < x.length; i++) {
            if (x[i] == 0) {
                zeros++;
                assertThat(Math.abs(g[i])).isLessThanOrEqualTo(t[i]);
            } else {
                assertThat(g[i]).isCloseTo(-Math.copySign(t[i], x[i]), within(1e-6));
            }
        }
        assertThat(zeros).isPositive().isLessThan(x.length - 1);
        assertThat(certificate.gradientNorm()).isLessThan(1e-6);
        assertThat(run(orthantWise, objective).objective()).isCloseTo(certificate.objective(), within(1e-10));
    }

    /** Together or one after another, a path's fits are those of each penalty alone; together they share passes. */
    @Test
    void aPathIsItsFits() {
        Network network = network(new Bernoulli());
        Objective objective = objective(network);
        List<Penalty> penalties = new ArrayList<>();
        for (double lambda = 0.2; lambda > 1e-4; lambda /= 3) {
            penalties.add(new Penalty(lambda / 2, lambda / 2, new double[0]));
        }
        long[] jobs = new long[2];
        for (int group : new int[] {1, 100}) {
            InMemoryObjective counted = (InMemoryObjective) objective(network);
            List<NewtonPath.Solution> path = new NewtonPath(network, RowSelection.all(), 1e-12, 50, group)
                    .solve(counted, zeros(network), penalties, () -> false);
            jobs[group == 1 ? 0 : 1] = counted.cost().jobs();
            for (int i = 0; i < penalties.size(); i++) {
                double alone = run(newton(network, penalties.get(i)), objective).objective();
                assertThat(path.get(i).certificate().objective()).isCloseTo(alone, within(1e-10));
                assertThat(path.get(i).certificate().converged()).isTrue();
            }
        }
        assertThat(jobs[1]).isLessThan(jobs[0] / 3);
    }

    @Test
    void conjugateGradientsRefuseAbsoluteValues() {
        Network network = network(new Bernoulli());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> truncated(network, new Penalty(0, 0.1, new double[0]), diagonal(network)))
                .withMessageContaining("absolute values");
    }
}
