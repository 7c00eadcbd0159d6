package io.kfac.spark.jobs;

import io.kfac.model.Network;
import io.kfac.objective.CancelledException;
import io.kfac.optimizer.Optimizer;
import io.kfac.optimizer.StepReport;
import io.kfac.optimizer.TrainingListener;
import io.kfac.spark.engine.Judge;
import io.kfac.spark.engine.Looks;
import io.kfac.spark.engine.RunLog;
import io.kfac.spark.engine.StopClock;
import io.kfac.spark.engine.TrainingRun;
import java.util.Optional;

/**
 * A training run judged by the test table on its way, where there is one: for its report, a pass over that table or two. A model is not
 * lost over its curve: when a look fails, it is the last one.
 */
final class TestCurve implements TrainingListener, AutoCloseable {
    private final Optional<Judge> judge;
    private Optional<Looks> looks;

    /** @param clock the log's */
    TestCurve(LoadedTables tables, Network network, RunLog log, StopClock clock) {
        judge = tables.test().map(test -> Judge.ofTest(network, tables.train(), test));
        looks = judge.map(by -> new Looks(network, by, log, clock, Looks.SPARSE));
    }

    @Override
    public void onStart(Optimizer started) {
        looks.ifPresent(each -> each.onStart(started));
    }

    @Override
    public void onStep(StepReport report) {
        try {
            looks.ifPresent(each -> each.onStep(report));
        } catch (CancelledException e) {
            throw e;
        } catch (RuntimeException e) {
            giveUp(e);
        }
    }

    /** Judges what has not been judged yet. */
    void finish(TrainingRun.Outcome outcome) {
        if (outcome.stopped()) {
            return;
        }
        try {
            looks.ifPresent(each -> each.finish(outcome.result().parameters()));
        } catch (RuntimeException e) {
            giveUp(e);
        }
    }

    private void giveUp(RuntimeException e) {
        looks = Optional.empty();
        System.err.println("WARNING: the report's test curve goes no further: " + e.getMessage());
    }

    @Override
    public void close() {
        judge.ifPresent(Judge::close);
    }
}
