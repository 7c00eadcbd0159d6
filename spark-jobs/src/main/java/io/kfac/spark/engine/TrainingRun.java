package io.kfac.spark.engine;

import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.CancelledException;
import io.kfac.objective.Cost;
import io.kfac.objective.Evaluation;
import io.kfac.objective.Penalty;
import io.kfac.optimizer.Certificate;
import io.kfac.optimizer.LocalModel;
import io.kfac.optimizer.LocalTotals;
import io.kfac.optimizer.Optimizer;
import io.kfac.optimizer.StepReport;
import io.kfac.optimizer.Trainer;
import io.kfac.optimizer.TrainingListener;
import io.kfac.optimizer.TrainingOptions;
import io.kfac.optimizer.TrainingResult;
import io.kfac.spark.data.DataEncoding;
import io.kfac.spark.data.TrainingData;
import java.util.Optional;

/**
 * One training run in anybody's session, from cached blocks to a result. The session is left as it was: what the run broadcasts
 * and buffers is released at its end, whatever that is; the blocks belong to the caller. May be stopped from another thread.
 */
public final class TrainingRun {
    private final Network network;
    private final OptimizerSpec optimizer;
    private final Penalty penalty;
    private final TrainingOptions options;
    private volatile boolean stopped;
    private final Optional<Parameters> start;
    private volatile Optional<RowsObjective> running = Optional.empty();

    public TrainingRun(Network network, OptimizerSpec optimizer, Penalty penalty, TrainingOptions options) {
        this(network, optimizer, penalty, options, Optional.empty());
    }

    /** @param start where it begins; empty: where the targets are fitted best by a constant, or at random */
    public TrainingRun(
            Network network,
            OptimizerSpec optimizer,
            Penalty penalty,
            TrainingOptions options,
            Optional<Parameters> start) {
        this.start = start;
        this.network = network;
        this.optimizer = optimizer;
        this.penalty = penalty;
        this.options = options;
    }

    /**
     * What a run came to.
     * @param train   loss, accuracy and deviance on all rows of the training table; empty if the run was stopped
     * @param test    the same on the test table, if there is one; empty if the run was stopped
     * @param certificate of the result, where the optimizer gives one
     * @param localModel the quadratic model there, where the optimizer has one
     * @param local   what workers did, where they took local steps
     * @param cost    of training, evaluation not counted
     * @param seconds of training, evaluation not counted
     */
    public record Outcome(
            TrainingResult result,
            boolean stopped,
            Optional<Evaluation> train,
            Optional<Evaluation> test,
            Optional<Certificate> certificate,
            Optional<LocalModel> localModel,
            LocalTotals local,
            Cost cost,
            double seconds) {}

    /** Trains, then measures the result on all training rows and on the test rows, unless the run was stopped. */
    public Outcome run(TrainingData train, Optional<TrainingData> test, TrainingListener listener) {
        long begin = System.nanoTime();
        try (RowsObjective objective = RowsObjective.of(network, train, optimizer)) {
            running = Optional.of(objective);
            Optimizer steps = optimizer.create(new OptimizerSpec.Start(
                    network,
                    start.orElseGet(() -> StartingPoint.of(network, train, options.seed())),
                    penalty,
                    options.seed(),
                    options.validation(),
                    train.summary().rows()));
            Tally tally = new Tally(listener);
            TrainingResult result = new Trainer(objective, steps, options, tally).run(() -> stopped);
            double seconds = (System.nanoTime() - begin) * 1e-9;
            Cost cost = objective.cost();
            boolean cancelled = stopped || result.stopReason().equals("cancelled");
            if (cancelled && result.steps() == 0) {
                throw new CancelledException("stopped before the first step was finished");
            }
            if (cancelled) {
                return new Outcome(
                        result,
                        true,
                        Optional.empty(),
                        Optional.empty(),
                        steps.certificate(),
                        steps.localModel(),
                        tally.local,
                        cost,
                        seconds);
            }
            Optional<Evaluation> onTrain = evaluate(objective, result, train.encoding(), "training rows");
            Optional<Evaluation> onTest = test.flatMap(rows -> {
                try (SparkObjective other = new SparkObjective(
                        network, rows.blocks(), rows.summary().rows(), optimizer.title())) {
                    return evaluate(other, result, train.encoding(), "test rows");
                }
            });
            return new Outcome(
                    result,
                    false,
                    onTrain,
                    onTest,
                    steps.certificate(),
                    steps.localModel(),
                    tally.local,
                    cost,
                    seconds);
        } finally {
            running = Optional.empty();
        }
    }

    /** Adds up what workers did on the way. */
    private static final class Tally implements TrainingListener {
        private final TrainingListener told;
        private LocalTotals local = LocalTotals.NONE;

        Tally(TrainingListener told) {
            this.told = told;
        }

        @Override
        public void onStart(Optimizer started) {
            told.onStart(started);
        }

        @Override
        public void onStep(StepReport report) {
            local = report.local().map(local::plus).orElse(local);
            told.onStep(report);
        }
    }

    private Optional<Evaluation> evaluate(
            RowsObjective objective, TrainingResult result, DataEncoding target, String rows) {
        if (stopped) {
            return Optional.empty();
        }
        try {
            return Optional.of(Scores.of(objective, result.parameters(), target, rows));
        } catch (CancelledException e) {
            return Optional.empty();
        }
    }

    /** Ends the run soon, with the last finished step; jobs that are running are cancelled if their group is the run's own. */
    public void stop() {
        stopped = true;
        running.ifPresent(RowsObjective::cancel);
    }
}
