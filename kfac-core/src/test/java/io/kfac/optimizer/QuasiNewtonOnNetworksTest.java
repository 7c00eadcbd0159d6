package io.kfac.optimizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.kfac.batch.MiniBatch;
import io.kfac.batch.Targets;
import io.kfac.family.Gaussian;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.model.Workspace;
import io.kfac.objective.InMemoryObjective;
import io.kfac.objective.Penalty;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.preconditioner.IdentityPreconditioner;
import io.kfac.testing.Problems;
import java.util.List;
import org.junit.jupiter.api.Test;

/** L-BFGS where there are hidden layers: no lines that cost one product, and no optimum to be certain of. */
class QuasiNewtonOnNetworksTest {
    @Test
    void fitsATeacherAPassAStepAndClaimsNothing() {
        Network network = Problems.network(new Gaussian(), Activation.TANH, Precision.DOUBLE, 4, 5, 2);
        MiniBatch features = Problems.batch(network, 800, 3);
        Workspace workspace = new Workspace(network, 800);
        network.forward(Problems.parameters(network, 0.5, 7), features.features(), false, workspace);
        MiniBatch rows = new MiniBatch(
                features.features(), new Targets.Values(workspace.theta().copy()), new double[0], features.rowIds());
        InMemoryObjective objective = new InMemoryObjective(network, List.of(rows));
        QuasiNewtonOptimizer optimizer = new QuasiNewtonOptimizer(
                network,
                Problems.parameters(network, 0.4, 8),
                new Penalty(0),
                RowSelection.all(),
                1e-6,
                new IdentityPreconditioner(),
                () -> 0L);
        double start = loss(objective, optimizer);
        double last = Double.POSITIVE_INFINITY;
        int steps = 0;
        while (steps < 300 && optimizer.stalled().isEmpty()) {
            var report = optimizer.step(objective);
            if (report.isPresent()) {
                steps++;
                assertThat(report.get().loss()).isLessThanOrEqualTo(last);
                last = report.get().loss();
            }
        }
        assertThat(loss(objective, optimizer)).isLessThan(1e-3 * start);
        long jobs = objective.cost().jobs();
        assertThat(jobs).isLessThan(steps * 3L / 2);
        optimizer.finish(objective);
        assertThat(objective.cost().jobs()).isEqualTo(jobs);
        assertThat(optimizer.certificate()).isEmpty();
    }

    private static double loss(InMemoryObjective objective, Optimizer optimizer) {
        return objective
                .evaluate("test", new Query(optimizer.settled(), RowSelection.all(), Request.loss()))
                .meanLoss();
    }
}
