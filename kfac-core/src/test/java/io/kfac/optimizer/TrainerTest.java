package io.kfac.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kfac.batch.MiniBatch;
import io.kfac.batch.Targets;
import io.kfac.family.Categorical;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.objective.InMemoryObjective;
import io.kfac.objective.Objective;
import io.kfac.objective.Penalty;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.preconditioner.IdentityPreconditioner;
import io.kfac.preconditioner.KroneckerPreconditioner;
import io.kfac.testing.Problems;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerTest {
    private static final double HELD_OUT = 0.3;

    private final Network network = Problems.network(new Categorical(), Activation.TANH, Precision.DOUBLE, 4, 20, 3);

    private Optimizer kfac(double validation) {
        return new AdaptiveOptimizer(
                network,
                network.initialParameters(1),
                new KroneckerPreconditioner(network, KroneckerPreconditioner.Options.defaults()),
                new RunOptions(new Penalty(0), 1, validation),
                new AdaptiveOptions(2_000, 1, new Refresh.Every(5), 1e-2),
                () -> 0L);
    }

    private Objective noise(int rows) {
        // Labels that no feature explains: training loss falls, held-out loss must rise.
        MiniBatch batch = Problems.batch(network, rows, 1);
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++) {
            labels[i] = (int) (io.kfac.family.CounterRandom.mix(i) >>> 33) % 3;
        }
        return new InMemoryObjective(
                network,
                List.of(new MiniBatch(batch.features(), new Targets.Classes(labels), batch.weights(), batch.rowIds())));
    }

    @Test
    void stopsWhenHeldOutRowsStopGainingAndReturnsTheBest() {
        Objective objective = noise(300);
        List<StepReport> reports = new ArrayList<>();
        TrainingOptions options = new TrainingOptions(500, Double.POSITIVE_INFINITY, 1, HELD_OUT, 1, 4, 1e-3, true);
        TrainingResult result = new Trainer(objective, kfac(HELD_OUT), options, reports::add).run(() -> false);
        assertThat(result.stopReason()).contains("no gain");
        assertThat(result.steps()).isLessThan(100);
        double returned = objective
                .evaluate("test", new Query(result.parameters(), RowSelection.validation(1, HELD_OUT), Request.loss()))
                .meanLoss();
        assertThat(returned).isEqualTo(result.validationLoss().orElseThrow());
        for (StepReport report : reports) {
            report.validationLoss().ifPresent(loss -> assertThat(returned).isLessThanOrEqualTo(loss));
        }
        assertThat(reports.get(reports.size() - 1).loss())
                .isLessThan(reports.get(0).loss());
    }

    /** Looks at held-out rows ride along: two passes a step and one to judge the last. */
    @Test
    void validationCostsNoPassOfItsOwn() {
        Objective objective = noise(300);
        TrainingOptions options = new TrainingOptions(6, Double.POSITIVE_INFINITY, 1, HELD_OUT, 1, 100, 1e-3, true);
        new Trainer(objective, kfac(HELD_OUT), options, report -> {}).run(() -> false);
        assertThat(objective.cost().jobs()).isEqualTo(2 * 6 + 1);
    }

    /** Also where rows are held out, and the best look is older. */
    @ParameterizedTest
    @ValueSource(doubles = {0, HELD_OUT})
    void aStoppedRunEndsAtTheLastJudgedPoint(double validation) {
        Objective objective = noise(300);
        Optimizer optimizer = kfac(validation);
        TrainingOptions options =
                new TrainingOptions(500, Double.POSITIVE_INFINITY, 1, validation, 100, 100, 1e-3, true);
        List<StepReport> reports = new ArrayList<>();
        TrainingResult result = new Trainer(objective, optimizer, options, reports::add).run(() -> reports.size() == 3);
        assertThat(result.stopReason()).isEqualTo("cancelled");
        assertThat(result.steps()).isEqualTo(3);
        assertThat(result.parameters().toArray())
                .containsExactly(optimizer.settled().toArray());
    }

    /** So small a share of so few rows holds none out. */
    @Test
    void anEmptyHeldOutPartIsNoPart() {
        Objective objective = noise(30);
        TrainingOptions options = new TrainingOptions(6, Double.POSITIVE_INFINITY, 1, 1e-6, 1, 3, 1e-3, true);
        TrainingResult result = new Trainer(objective, kfac(1e-6), options, report -> {}).run(() -> false);
        assertThat(result.steps()).isEqualTo(6);
        assertThat(result.validationLoss()).isEmpty();
    }

    @Test
    void aNumberThatIsNotFiniteStopsTheRunAtOnceAndSaysWhere() {
        MiniBatch batch = Problems.batch(network, 50, 1);
        DoubleMatrix x = DoubleMatrix.zeros(50, 5);
        batch.features().copyTo(x);
        x.set(7, 2, Double.NaN);
        Objective objective = new InMemoryObjective(
                network,
                List.of(new MiniBatch(
                        new io.kfac.linalg.DenseFeatures(x), batch.targets(), batch.weights(), batch.rowIds())));
        Optimizer sgd = new FixedRateOptimizer(
                network,
                network.initialParameters(1),
                new IdentityPreconditioner(),
                new RunOptions(new Penalty(0), 1, 0),
                FixedRateOptions.plain(50, 0.1, 0, new Momentum.None()),
                () -> 0L);
        assertThatThrownBy(() -> sgd.step(objective))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("Cannot take step 1")
                .hasMessageContaining("layer")
                .hasMessageContaining("double");
    }
}
