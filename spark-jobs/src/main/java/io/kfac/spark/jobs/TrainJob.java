package io.kfac.spark.jobs;

import io.kfac.model.Network;
import io.kfac.optimizer.Optimizer;
import io.kfac.optimizer.StepReport;
import io.kfac.optimizer.TrainingListener;
import io.kfac.optimizer.TrainingOptions;
import io.kfac.spark.data.DataSummary;
import io.kfac.spark.data.Storage;
import io.kfac.spark.engine.BlasCensus;
import io.kfac.spark.engine.ClusterLimits;
import io.kfac.spark.engine.Files;
import io.kfac.spark.engine.Json;
import io.kfac.spark.engine.ModelStore;
import io.kfac.spark.engine.OptimizerSpec;
import io.kfac.spark.engine.OutputDirectory;
import io.kfac.spark.engine.Plan;
import io.kfac.spark.engine.RunLog;
import io.kfac.spark.engine.SolverChoice;
import io.kfac.spark.engine.StopClock;
import io.kfac.spark.engine.TrainedModel;
import io.kfac.spark.engine.TrainingRun;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** From a table to a model on disk: what {@code kfac train} does, in order. */
final class TrainJob {
    /** Of training, for spectra of its curvature in the log. */
    private static final double LOGGING_SHARE = 0.005;

    private final Session session;
    private final TrainConfig config;
    private final Destination destination;
    private final String command;
    private final Console console;

    /** @param overwrite whether the directory may be replaced */
    record Destination(String directory, boolean overwrite) {}

    /** @param command that was typed, for the report */
    TrainJob(Session session, TrainConfig config, Destination destination, String command, Console console) {
        this.session = session;
        this.config = config;
        this.destination = destination;
        this.command = command;
        this.console = console;
    }

    /** @return the exit code */
    int run() {
        long start = System.nanoTime();
        Configuration conf = session.hadoop();
        try (OutputDirectory output = OutputDirectory.create(destination.directory(), destination.overwrite(), conf);
                LoadedTables tables = LoadedTables.read(session.spark(), config)) {
            DataSummary found = tables.train().summary();
            console.data(found);
            tables.test()
                    .ifPresent(test -> console.fact(
                            "test data", "%,d rows".formatted(test.summary().rows())));
            BlasCensus blas = BlasCensus.take(session.spark().sparkContext());
            console.fact("BLAS", blas.summary());
            blas.warnings().forEach(warning -> System.err.println("WARNING: " + warning));

            Network network = config.model().network(found.features(), found.classes());
            Plan.Workload workload = PlanText.workload(found, session);
            Plan.Limits limits = ClusterLimits.of(session.spark().sparkContext());
            SolverChoice choice = new SolverChoice(network, workload, found.storage() == Storage.SPARSE, limits);
            OptimizerSpec optimizer = config.spec(network, choice, workload);
            TrainingOptions options = config.train().options(optimizer, found.rows());
            console.fact("model", PlanText.model(network));
            Plan plan = Plan.of(network, optimizer, workload);
            String planned = PlanText.summary(plan, choice.onDriver(optimizer));
            console.fact("plan", planned);
            plan.refuseUnlessFits(limits);
            RunFacts facts = new RunFacts(session, tables, network, blas, command);
            facts.describe(optimizer.title(), options.seed(), planned, config).write(output.path(), conf);

            TrainingRun.Outcome outcome = train(tables, network, optimizer, options, output);
            double seconds = (System.nanoTime() - start) * 1e-9;
            TrainedModel model = new TrainedModel(
                    network,
                    outcome.result().parameters(),
                    tables.train().encoding(),
                    new TrainedModel.Origin(
                            config.optimizer().name().key(), outcome.result().steps(), found.rows(), options.seed()));
            ModelStore.save(model, new Path(output.path(), "model"), conf);
            Metrics metrics = new Metrics(
                    config.optimizer().name().key(),
                    found,
                    tables.train().encoding(),
                    outcome,
                    seconds,
                    blas,
                    options.seed());
            Files.write(new Path(output.path(), "metrics.json"), Json.pretty(metrics.json()), conf);
            report(optimizer.title(), output, conf);
            output.commit();
            TrainSummary.print(console, optimizer, tables, outcome, seconds, output.target());
            return outcome.stopped() ? Failures.CANCELLED : 0;
        }
    }

    /** A model is not lost over its report. */
    private void report(String optimizer, OutputDirectory output, Configuration conf) {
        String title = "%s on %s".formatted(optimizer, DataArguments.nameOf(config.data()));
        String name = output.target().getName();
        try {
            ReportFiles.write(
                    title, List.of(ReportFiles.of(output.path(), name, conf)), List.of(), output.path(), conf);
        } catch (RuntimeException e) {
            System.err.println("WARNING: the report could not be written: " + e.getMessage());
        }
    }

    private TrainingRun.Outcome train(
            LoadedTables tables,
            Network network,
            OptimizerSpec optimizer,
            TrainingOptions options,
            OutputDirectory output) {
        TrainingRun run = new TrainingRun(network, optimizer, config.optimizer().penalty(), options);
        session.onStop(Optional.of(run::stop));
        StopClock clock = new StopClock(System::nanoTime);
        try (RunLog log = new RunLog(new Path(output.path(), "run.jsonl"), session.hadoop(), clock);
                Progress progress = new Progress(options, Terminal.isWatched(), console.out(), System::nanoTime);
                TestCurve curve = new TestCurve(tables, network, log, clock)) {
            TrainingListener all = new TrainingListener() {
                @Override
                public void onStart(Optimizer started) {
                    log.onStart(started);
                    curve.onStart(started);
                }

                @Override
                public void onStep(StepReport report) {
                    log.onStep(report);
                    progress.onStep(report);
                    curve.onStep(report);
                }
            };
            TrainingRun.Outcome outcome = run.run(tables.train(), tables.test(), all);
            curve.finish(outcome);
            log.end(
                    outcome.stopped() ? "stopped" : "finished",
                    outcome.result().stopReason(),
                    LOGGING_SHARE * outcome.seconds());
            return outcome;
        } finally {
            session.onStop(Optional.empty());
        }
    }
}
