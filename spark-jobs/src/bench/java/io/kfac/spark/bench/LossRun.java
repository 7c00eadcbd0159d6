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

    /** Times the first loss: there is no way back. */
    private static final double DIVERGED = 10;

    /** Batch losses are averaged over so many rows, about. */
    private static final double SMOOTHING_ROWS = 2_000;

    private final LossProblem problem;
    private final TrainingData data;

    LossRun(LossProblem problem, TrainingData data) {
        this.problem = problem;
        this.data = data;
    }

    /** Where a run was after a step. @param loss of the batches, averaged; NaN where none was seen */
    record Mark(double seconds, long jobs, double epochs, long steps, double loss) {
        static final Mark START = new Mark(0, 0, 0, 0, Double.NaN);

        /** After one more step, which may have seen a batch. */
        Mark next(double more, long allJobs, double allEpochs, Optional<StepReport> report) {
            double seen = report.map(step -> loss + share(step) * (step.loss() - loss))
                    .orElse(loss);
            double average = Double.isNaN(loss) ? report.map(StepReport::loss).orElse(Double.NaN) : seen;
            return new Mark(seconds + more, allJobs, allEpochs, steps + 1, average);
        }

        private static double share(StepReport step) {
            return 1 - Math.exp(-step.rows() / SMOOTHING_ROWS);
        }
    }

    /**
     * How a run ended.
     * @param why  it ended so, where there is more to say
     * @param loss of all rows at the end; NaN where nobody looked
     */
    record Outcome(Ending ending, String why, double loss, Mark last, Optional<Parameters> settled) {
        static Outcome refused(String why) {
            return new Outcome(Ending.REFUSED, why, Double.NaN, Mark.START, Optional.empty());
        }

        static Outcome failed(String why, Mark last) {
            return new Outcome(Ending.FAILED, why, Double.NaN, last, Optional.empty());
        }
    }

    /** When a run is given up. */
    @FunctionalInterface
    interface Patience {
        /** @return how it ends, or empty to go on */
        Optional<Ending> endsAt(Mark mark);
    }

    Outcome run(OptimizerSpec spec, Patience patience) {
        long rows = data.summary().rows();
        try (SparkObjective objective = new SparkObjective(problem.network(), data.blocks(), rows, "bench");
                SparkObjective judge = new SparkObjective(problem.network(), data.blocks(), rows, "judge")) {
            Optimizer optimizer = spec.create(new OptimizerSpec.Start(
                    problem.network(), problem.network().initialParameters(SEED), new Penalty(L2), SEED, 0, rows));
            return run(optimizer, objective, judge, patience);
        }
    }

    private Outcome run(Optimizer optimizer, SparkObjective objective, SparkObjective judge, Patience patience) {
        Mark mark = Mark.START;
        double first = Double.NaN;
        double nextLook = 0;
        while (true) {
            long start = System.nanoTime();
            Optional<StepReport> report;
            try {
                report = optimizer.step(objective);
            } catch (Exception e) { // Also Spark's checked ones, which Scala does not declare.
                return Outcome.failed(String.valueOf(e.getMessage()), mark);
            }
            double seconds = (System.nanoTime() - start) * 1e-9;
            mark = mark.next(seconds, objective.cost().jobs(), optimizer.epoch(), report);
            first = Double.isNaN(first) ? mark.loss() : first;
            if (mark.loss() > DIVERGED * first) {
                return Outcome.failed("diverged", mark);
            }
            Optional<Ending> end =
                    optimizer.stalled().isPresent() ? Optional.of(Ending.STALLED) : patience.endsAt(mark);
            boolean near = mark.loss() <= problem.loss() + NEAR * (first - problem.loss());
            if (end.isPresent() || (near && mark.seconds() >= nextLook)) {
                nextLook = NEXT_LOOK * mark.seconds();
                double loss = judge.evaluate("loss", new Query(optimizer.settled(), RowSelection.all(), Request.loss()))
                        .meanLoss();
                if (loss <= problem.loss() || end.isPresent()) {
                    Ending ending = loss <= problem.loss() ? Ending.ARRIVED : end.get();
                    String why = ending == Ending.STALLED ? optimizer.stalled().orElse("") : "";
                    return new Outcome(ending, why, loss, mark, Optional.of(optimizer.settled()));
                }
            }
        }
    }
}
