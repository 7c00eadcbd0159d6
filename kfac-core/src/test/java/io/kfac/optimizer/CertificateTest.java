package io.kfac.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.batch.MiniBatch;
import io.kfac.curvature.FisherKind;
import io.kfac.curvature.FullFisher;
import io.kfac.family.Bernoulli;
import io.kfac.linalg.Cholesky;
import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.DoubleMatrix;
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
import io.kfac.preconditioner.DiagonalPreconditioner;
import io.kfac.preconditioner.IdentityPreconditioner;
import io.kfac.preconditioner.Preconditioner;
import io.kfac.testing.Problems;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That a certificate is of the point it comes with, and true. */
class CertificateTest {
    private static final Network NETWORK =
            Problems.network(new Bernoulli(), Activation.IDENTITY, Precision.DOUBLE, 12, 1);

    /** Features of scales from 1 to 1e-3: steps along the flat ones gain little each. */
    private static Objective objective() {
        MiniBatch batch = Problems.batch(NETWORK, 500, 11);
        DoubleMatrix x = DoubleMatrix.zeros(500, 13);
        batch.features().copyTo(x);
        for (int i = 0; i < 500; i++) {
            for (int j = 0; j < 12; j++) {
                x.set(i, j, x.get(i, j) * Math.pow(10, -0.25 * j));
            }
        }
        return new InMemoryObjective(
                NETWORK,
                List.of(new MiniBatch(
                        new DenseFeatures(x), batch.targets(), new double[0], batch.rowIds(), batch.offsets())));
    }

    private static Parameters zero() {
        return Parameters.zeros(NETWORK, Precision.DOUBLE);
    }

    private static QuasiNewtonOptimizer quasi(Penalty penalty, double tolerance, Preconditioner preconditioner) {
        return new QuasiNewtonOptimizer(
                NETWORK, zero(), penalty, RowSelection.all(), tolerance, preconditioner, () -> 0L);
    }

    private static Preconditioner diagonal() {
        return new DiagonalPreconditioner(NETWORK, FisherKind.EXACT, 0);
    }

    private static Certificate train(Optimizer optimizer, Objective objective, int steps) {
        new Trainer(objective, optimizer, TrainingOptions.defaults(steps, 0, 0), report -> {}).run(() -> false);
        return optimizer.certificate().orElseThrow();
    }

    private static double optimum(Objective objective, Penalty penalty) {
        NewtonOptimizer newton = new NewtonOptimizer(NETWORK, zero(), penalty, RowSelection.all(), 1e-15, () -> 0L);
        return train(newton, objective, 100).objective();
    }

    /** g' H^-1 g / 2 by a dense Hessian. */
    private static double decrement(Objective objective, Parameters at, Penalty penalty) {
        FullFisher whole = new FullFisher(FisherKind.EXACT, 0);
        Evaluation sums =
                objective.evaluate("test", new Query(at, RowSelection.all(), Request.gradientAnd(Optional.of(whole))));
        DoubleMatrix hessian = whole.matrix(NETWORK, sums.curvature().orElseThrow());
        hessian.scale(1 / sums.weight());
        penalty.addCurvature(NETWORK, hessian);
        double[] gradient = penalty.meanGradient(NETWORK, at, sums).toArray();
        double[] solved = gradient.clone();
        Cholesky.of(hessian).orElseThrow().solve(solved);
        double sum = 0;
        for (int i = 0; i < solved.length; i++) {
            sum += gradient[i] * solved[i] / 2;
        }
        return sum;
    }

    /** Plain L-BFGS crawls here: steps that gain next to nothing are no sign of an end. */
    @ParameterizedTest
    @ValueSource(doubles = {1e-2, 1e-3, 1e-4, 1e-6, 1e-9})
    void flatStepsAreNoConvergence(double tolerance) {
        Objective objective = objective();
        for (Penalty penalty : List.of(new Penalty(0), new Penalty(1e-4, 1e-3, new double[0]))) {
            double optimum = optimum(objective, penalty);
            Certificate certificate = train(quasi(penalty, tolerance, new IdentityPreconditioner()), objective, 1_000);
            double gap = certificate.objective() - optimum;
            assertThat(certificate.converged()).isTrue();
            assertThat(gap).isLessThan(1.5 * tolerance * certificate.objective());
            // A coordinate that would cross zero makes it more than is to be had.
            assertThat(certificate.decrement()).isGreaterThan(0.8 * gap - 1e-11);
            if (penalty.l1() == 0) {
                assertThat(certificate.decrement()).isCloseTo(gap, within(0.2 * gap + 1e-11));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void aRunStoppedShortIsJudgedWhereItStopped(int steps) {
        Objective objective = objective();
        Penalty penalty = new Penalty(1e-3);
        for (Optimizer optimizer : List.of(
                quasi(penalty, 1e-12, diagonal()),
                new TruncatedNewtonOptimizer(
                        NETWORK, zero(), penalty, RowSelection.all(), 1e-12, diagonal(), () -> 0L))) {
            Certificate certificate = train(optimizer, objective, steps);
            double expected = decrement(objective, optimizer.settled(), penalty);
            assertThat(certificate.decrement()).isCloseTo(expected, within(0.1 * expected));
            assertThat(certificate.converged()).isFalse();
            assertThat(certificate.objective())
                    .isEqualTo(penalty.meanLoss(
                            NETWORK,
                            optimizer.settled(),
                            objective.evaluate(
                                    "test", new Query(optimizer.settled(), RowSelection.all(), Request.loss()))));
        }
    }

    /** What inference needs where there is no Hessian. */
    @Test
    void theEndComesWithNewtonsStep() {
        Objective objective = objective();
        QuasiNewtonOptimizer optimizer = quasi(new Penalty(0), 1e-6, diagonal());
        train(optimizer, objective, 200);
        LocalModel model = optimizer.localModel().orElseThrow();
        assertThat(model.hessian()).isEmpty();
        Parameters next = optimizer.settled().copy(NETWORK);
        next.add(1, model.step());
        double after = new Penalty(0)
                .meanLoss(
                        NETWORK, next, objective.evaluate("test", new Query(next, RowSelection.all(), Request.loss())));
        double before = optimizer.certificate().orElseThrow().objective();
        double decrement = optimizer.certificate().orElseThrow().decrement();
        assertThat(before - after).isCloseTo(decrement, within(0.1 * decrement));
    }
}
