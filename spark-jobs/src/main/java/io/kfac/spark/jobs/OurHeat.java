package io.kfac.spark.jobs;

import io.kfac.objective.CancelledException;
import io.kfac.optimizer.Optimizer;
import io.kfac.optimizer.StepReport;
import io.kfac.optimizer.TrainingListener;
import io.kfac.spark.engine.Judge;
import io.kfac.spark.engine.Looks;
import io.kfac.spark.engine.OptimizerSpec;
import io.kfac.spark.engine.Plan;
import io.kfac.spark.engine.Probes;
import io.kfac.spark.engine.RunLog;
import io.kfac.spark.engine.SparkObjective;
import io.kfac.spark.engine.StopClock;
import io.kfac.spark.engine.TrainingRun;
import java.util.List;
import java.util.Optional;

/** A run of one of our optimizers within a budget, judged on its way. */
final class OurHeat {
    /** Off the clock, but somebody waits for it. */
    private static final double SPECTRA_SECONDS = 2;

    private final HeatContext context;
    private final TrainConfig config;
    private final OptimizerSpec optimizer;
    private final TrainingRun run;

    OurHeat(HeatContext context, Heat heat) {
        this.context = context;
        this.config = heat.contender().config();
        this.optimizer = config.spec(context.network(), context.choice(), context.workload());
        Plan.of(context.network(), optimizer, context.workload()).refuseUnlessFits(context.limits());
        this.run = new TrainingRun(
                context.network(),
                optimizer,
                config.optimizer().penalty(),
                config.train().unlimited().options(optimizer, context.workload().rows()));
    }

    /** From another thread. */
    void stop() {
        run.stop();
    }

    /** Compiles what the run is going to use, and says nothing. */
    void warmUp(double seconds) {
        long start = System.nanoTime();
        run.run(context.tables().train(), Optional.empty(), report -> {
            if ((System.nanoTime() - start) * 1e-9 > seconds) {
                run.stop();
            }
        });
    }

    /**
     * Runs until the budget is spent, training ends by itself or somebody stops it.
     * @param probed whether to compare its directions with the exact natural gradient
     * @return why it ended
     */
    String run(RunLog log, StopClock clock, boolean probed) {
        var train = context.tables().train();
        try (Judge judge = new Judge(context.network(), train, context.tables().test());
                SparkObjective aside = new SparkObjective(
                        context.network(), train.blocks(), train.summary().rows(), "probing")) {
            Looks looks = new Looks(context.network(), judge, log, clock, Looks.CLOSE);
            // Probes last: what they do to caches is not this step's.
            List<TrainingListener> told = probed
                    ? List.of(log, looks, new Probes(aside, config.optimizer().penalty(), log, clock))
                    : List.of(log, looks);
            Within within = new Within(told, log);
            try {
                TrainingRun.Outcome outcome = run.run(train, Optional.empty(), within);
                if (outcome.stopped() && !within.spent) {
                    throw new CancelledException("Stopped by the user");
                }
                looks.finish(outcome.result().parameters());
                String reason = within.spent
                        ? "its budget of %s is spent"
                                .formatted(context.config().budget().text())
                        : outcome.result().stopReason();
                log.end("finished", reason, SPECTRA_SECONDS);
                return outcome.local().astray() ? "%s; %s".formatted(reason, outcome.local()) : reason;
            } catch (ArithmeticException e) {
                looks.judgeWaiting();
                throw e;
            }
        }
    }

    /** Tells all listeners, and ends the run once its budget is spent. */
    private final class Within implements TrainingListener {
        private final List<TrainingListener> told;
        private final RunLog log;
        private boolean spent;

        Within(List<TrainingListener> told, RunLog log) {
            this.told = told;
            this.log = log;
        }

        @Override
        public void onStart(Optimizer started) {
            told.forEach(listener -> listener.onStart(started));
        }

        @Override
        public void onStep(StepReport report) {
            told.forEach(listener -> listener.onStep(report));
            if (context.config().budget().spent(log.elapsed(), report.epoch(), report.totalJobs())) {
                spent = true;
                run.stop();
            }
        }
    }
}
