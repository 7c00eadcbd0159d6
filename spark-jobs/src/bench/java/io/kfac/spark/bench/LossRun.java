package io.kfac.spark.bench;

import io.kfac.model.Parameters;
import io.kfac.objective.Penalty;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.optimizer.Optimizer;
import io.kfac.optimizer.StepReport;
import io.kfac.spark.data.TrainingData;
import io.kfac.spark.engine.OptimizerSpec;
import io.kfac.spark.engine.SparkObjective;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One training run until the loss over all rows is at a target. All are judged alike and outside the clock: as soon as the batches
 * say that the target is near, and then whenever the run's own seconds have grown by a twentieth.
 */
final class LossRun {
    private static final long SEED = 1;
    private static final double L2 = 1e-5;

    /** Share of the way from the first loss to the target that is left when a run is near. */
    private static final double NEAR = 0.04;

    private static final double NEXT_LOOK = 1.05;

    /** Batch losses are averaged over so many rows, about. */
    private static final double SMOOTHING_ROWS = 2_000;

    private final LossProblem problem;
    private final TrainingData data;

    LossRun(LossProblem problem, TrainingData data) {
        this.problem = problem;
        this.data = data;
    }

    /** Where a run was after a step. @param loss of the batches, averaged */
    record Mark(double seconds, long jobs, double epochs, long steps, double loss) {}

    /**
     * How a run ended.
     * @param end    why it ended
     * @param loss   of all rows at the end; NaN where nobody looked
     */
    record Outcome(boolean arrived, String end, double loss, List<Mark> marks, Parameters settled) {
        Mark last() {
            return marks.get(marks.size() - 1);
        }

        /** The averaged loss of the batches after so many seconds; infinite before there was one. */
        double lossAfterSeconds(double seconds) {
            return marks.stream()
                    .filter(mark -> mark.seconds() <= seconds)
                    .reduce((first, second) -> second)
                    .map(Mark::loss)
                    .orElse(Double.POSITIVE_INFINITY);
        }

        double lossAfterJobs(long jobs) {
            return marks.stream()
                    .filter(mark -> mark.jobs() <= jobs)
                    .reduce((first, second) -> second)
                    .map(Mark::loss)
                    .orElse(Double.POSITIVE_INFINITY);
        }
    }

    /** When a run is given up. */
    @FunctionalInterface
    interface Patience {
        /** @return why, or empty to go on */
        Optional<String> endsAt(Mark mark);
    }

    Outcome run(OptimizerSpec spec, Patience patience) {
        long rows = data.summary().rows();
        try (SparkObjective objective = new SparkObjective(problem.network(), data.blocks(), rows, "bench");
                SparkObjective judge = new SparkObjective(problem.network(), data.blocks(), rows, "judge")) {
            Optimizer optimizer = spec.create(new OptimizerSpec.Start(
                    problem.network(), problem.network().initialParameters(SEED), new Penalty(L2), SEED, 0, rows));
            List<Mark> marks = new ArrayList<>(List.of(new Mark(0, 0, 0, 0, Double.POSITIVE_INFINITY)));
            try {
                return run(optimizer, objective, judge, patience, marks);
            } catch (ArithmeticException e) {
                return new Outcome(false, "failed: " + e.getMessage(), Double.NaN, marks, optimizer.settled());
            }
        }
    }

    private Outcome run(
            Optimizer optimizer, SparkObjective objective, SparkObjective judge, Patience patience, List<Mark> marks) {
        double seconds = 0;
        double nextLook = 0;
        double smoothed = Double.NaN;
        double near = Double.NaN;
        for (long step = 1; ; step++) {
            long start = System.nanoTime();
            Optional<StepReport> report = optimizer.step(objective);
            seconds += (System.nanoTime() - start) * 1e-9;
            if (report.isPresent()) {
                double loss = report.get().loss();
                double share = 1 - Math.exp(-report.get().rows() / SMOOTHING_ROWS);
                near = Double.isNaN(near) ? problem.loss() + NEAR * (loss - problem.loss()) : near;
                smoothed = Double.isNaN(smoothed) ? loss : smoothed + share * (loss - smoothed);
            }
            Mark mark = new Mark(seconds, objective.cost().jobs(), optimizer.epoch(), step, smoothed);
            marks.add(mark);
            Optional<String> end = optimizer.stalled().or(() -> patience.endsAt(mark));
            if (end.isPresent() || (smoothed <= near && seconds >= nextLook)) {
                nextLook = NEXT_LOOK * seconds;
                double loss = judge.evaluate("loss", new Query(optimizer.settled(), RowSelection.all(), Request.loss()))
                        .meanLoss();
                if (loss <= problem.loss() || end.isPresent()) {
                    boolean arrived = loss <= problem.loss();
                    return new Outcome(arrived, arrived ? "" : end.get(), loss, marks, optimizer.settled());
                }
            }
        }
    }
}
