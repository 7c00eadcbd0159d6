package io.kfac.spark.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kfac.objective.Penalty;
import io.kfac.objective.RowSelection;
import io.kfac.optimizer.DirectionProbe;
import io.kfac.optimizer.Optimizer;
import io.kfac.optimizer.StepReport;
import io.kfac.optimizer.TrainingListener;
import io.kfac.preconditioner.Preconditioner;
import java.util.Optional;
import java.util.Set;

/** Compares the direction that a run's metric proposes with the exact natural gradient, at a few steps and off its clock. */
public final class Probes implements TrainingListener {
    private static final Set<Long> STEPS = Set.of(5L, 20L, 80L);
    private static final double ROWS = 1_000;

    /** Added to the exact Fisher: what the adaptive optimizers' own damping comes to on the data that we know. */
    private static final double DAMPING = 1e-3;

    private final DirectionProbe probe;
    private final RunLog log;
    private final StopClock clock;
    private Optional<Optimizer> optimizer = Optional.empty();

    /** @param objective not the run's own @param clock the log's */
    public Probes(SparkObjective objective, Penalty penalty, RunLog log, StopClock clock) {
        RowSelection rows = RowSelection.training(1, 0).part(Math.min(1, ROWS / objective.rows()));
        this.probe = new DirectionProbe(objective, penalty, rows, DAMPING);
        this.log = log;
        this.clock = clock;
    }

    @Override
    public void onStart(Optimizer started) {
        optimizer = Optional.of(started);
    }

    @Override
    public void onStep(StepReport report) {
        if (STEPS.contains(report.step())) {
            optimizer.flatMap(Optimizer::preconditioner).ifPresent(metric -> clock.aside(() -> look(report, metric)));
        }
    }

    private void look(StepReport report, Preconditioner metric) {
        DirectionProbe.Closeness found = probe.measure(optimizer.orElseThrow().settled(), metric);
        ObjectNode line = Json.object();
        ObjectNode body = line.putObject("probe").put("step", report.step());
        Json.number(body, "cosine", found.cosine());
        Json.number(body, "euclidean", found.euclidean());
        Json.number(body, "residual", found.residual());
        log.write(line);
    }
}
