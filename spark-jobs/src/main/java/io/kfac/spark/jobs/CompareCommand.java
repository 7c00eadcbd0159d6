package io.kfac.spark.jobs;

import io.kfac.model.Network;
import io.kfac.spark.data.DataSummary;
import io.kfac.spark.data.Storage;
import io.kfac.spark.engine.BlasCensus;
import io.kfac.spark.engine.BlasWarning;
import io.kfac.spark.engine.ClusterLimits;
import io.kfac.spark.engine.Plan;
import io.kfac.spark.engine.SolverChoice;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kfac compare}. */
@Command(
        name = "compare",
        sortOptions = false,
        header = "Compares optimizers on a table, and writes one page that says which.",
        description = {
            "",
            "Runs each optimizer of compare.optimizers with each seed within the same budget, first-order ones over a grid of learning"
                    + " rates and batch sizes. Runs that are finished are not repeated: Ctrl-C ends it, the same command goes on.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  kfac compare --conf conf/compare-digits.conf",
            "  kfac compare --data customers.csv --label churned --set compare.budget.seconds=30",
            "  kfac compare --conf conf/compare-fashion-mnist.conf --set compare.seeds=[1]",
        })
final class CompareCommand implements Callable<Integer> {
    @Mixin
    private DataArguments data;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "Where runs/ and report.html, .json and .csv go; default runs/compare-NAME.")
    private String output;

    @Spec
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("UnusedVariable")
    private Common common;

    @Override
    public Integer call() {
        CompareConfig config = CompareConfig.of(data.settings());
        String name = DataArguments.nameOf(config.base().data());
        String directory = Optional.ofNullable(output).orElse("runs/compare-" + name);
        String command =
                Secrets.command(spec.root().commandLine().getParseResult().originalArgs());
        BlasWarning.leaveToCaller(); // before the session, whose plugin would warn
        Console console = new Console(System.out);
        try (Session session = Session.start("compare");
                LoadedTables tables = LoadedTables.read(session.spark(), config.base())) {
            HeatContext context = context(session, config, tables, command, new Path(directory), console);
            try (CompareJob job = new CompareJob(context, console)) {
                List<String> runs = job.run();
                if (!runs.isEmpty()) {
                    new CompareResult(context, name, runs).write(console);
                }
                return job.stopped() ? Failures.CANCELLED : 0;
            }
        }
    }

    private static HeatContext context(
            Session session, CompareConfig config, LoadedTables tables, String command, Path output, Console console) {
        DataSummary found = tables.train().summary();
        console.data(found);
        BlasCensus blas = BlasCensus.take(session.spark().sparkContext());
        console.fact("BLAS", blas.summary());
        blas.warnings().forEach(warning -> System.err.println("WARNING: " + warning));
        Network network = config.base().model().network(found.features(), found.classes());
        console.fact("model", PlanText.model(network));
        console.fact(
                "budget",
                "%s a run, %d seeds"
                        .formatted(config.budget().text(), config.seeds().size()));
        console.blank();
        Plan.Workload workload = PlanText.workload(found, session);
        Plan.Limits limits = ClusterLimits.of(session.spark().sparkContext());
        return new HeatContext(
                session,
                config,
                tables,
                network,
                new RunFacts(session, tables, network, blas, command),
                workload,
                limits,
                new SolverChoice(network, workload, found.storage() == Storage.SPARSE, limits),
                output);
    }
}
