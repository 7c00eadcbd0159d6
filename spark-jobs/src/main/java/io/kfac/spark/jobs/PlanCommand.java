package io.kfac.spark.jobs;

import io.kfac.model.Network;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.data.BlockOptions;
import io.kfac.spark.data.DataSummary;
import io.kfac.spark.data.Storage;
import io.kfac.spark.engine.Bytes;
import io.kfac.spark.engine.Calibration;
import io.kfac.spark.engine.Cluster;
import io.kfac.spark.engine.ClusterLimits;
import io.kfac.spark.engine.ClusterPlan;
import io.kfac.spark.engine.ClusterSpeeds;
import io.kfac.spark.engine.OptimizerSpec;
import io.kfac.spark.engine.Plan;
import io.kfac.spark.engine.SolverChoice;
import io.kfac.spark.engine.StepEstimate;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.SparkContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kfac plan}. */
@Command(
        name = "plan",
        sortOptions = false,
        header = "Says what training would take, before anything runs.",
        description = {
            "",
            "Bytes of each layer on the driver, in tasks and on the wire, jobs a step, and about how long a step will take,"
                    + " from a second of measuring this Spark. Says no where it cannot fit, and what would help.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  kfac plan --data customers.csv --label churned",
            "  kfac plan --rows 10000000 --features 2000 --classes 50 --set model.hidden=[1000,1000]     without data",
            "  kfac plan --rows 60000 --features 784 --classes 10 --set optimizer.name=natural",
            "  kfac plan --rows 10000000 --features 784 --executors 100 --cores 8 --bandwidth 10",
        })
final class PlanCommand implements Callable<Integer> {
    @Mixin
    private DataArguments data;

    @Option(names = "--rows", paramLabel = "N", description = "Rows, to plan without reading data.")
    private long rows;

    @Option(names = "--features", paramLabel = "N", description = "Features a row, to plan without reading data.")
    private int features;

    @Option(names = "--classes", paramLabel = "N", description = "Classes, to plan without reading data; default 2.")
    private int classes = 2;

    @Option(
            names = "--executors",
            paramLabel = "N",
            description = "Executors of a cluster, to plan for one of that size in both ways of training.")
    private int executors;

    @Option(names = "--cores", paramLabel = "C", description = "Cores of each executor; default 4.")
    private int cores = 4;

    @Option(names = "--bandwidth", paramLabel = "GBIT", description = "Between machines, in Gbit/s; default 10.")
    private double bandwidth = 10;

    @Mixin
    @SuppressWarnings("UnusedVariable")
    private Common common;

    @Override
    public Integer call() {
        TrainConfig config = data.config();
        boolean described = rows > 0 || features > 0;
        if (described && !(rows > 0 && features > 0 && classes >= 2)) {
            throw new BadInput(
                    "Cannot plan for --rows %d, --features %d, --classes %d: give rows and features, both from 1 on,"
                                    .formatted(rows, features, classes)
                            + " and at least 2 classes");
        }
        Console console = new Console(System.out);
        try (Session session = Session.start("plan")) {
            Shape shape = described ? given(config, session) : read(config, session, console);
            Network network = config.model().network(shape.features, shape.classes);
            Plan.Limits limits = PlanText.limits(session);
            SolverChoice choice = new SolverChoice(network, shape.workload, shape.sparse, limits);
            OptimizerSpec optimizer = config.spec(network, choice, shape.workload);
            Plan plan = Plan.of(network, optimizer, shape.workload);
            console.fact("model", PlanText.model(network));
            console.fact(
                    "blocks",
                    "%s in %d partitions"
                            .formatted(Bytes.text(shape.workload.dataBytes()), shape.workload.partitions()));
            console.blank();
            Calibration speed = Calibration.measure(session.spark().sparkContext(), network.precision());
            boolean near = choice.onDriver(optimizer);
            StepEstimate estimate = StepEstimate.of(plan, speed);
            PlanText.print(console, plan, near ? estimate.withoutJobs() : estimate, limits, near);
            if (executors == 0) {
                plan.refuseUnlessFits(limits);
            }
            console.fact(
                    "verdict",
                    plan.misfit(limits).map(why -> "does not fit here: " + why).orElse("it fits"));
            if (executors > 0) {
                ClusterText.print(console, clusters(config, network, optimizer, shape, speed, session));
            }
            return 0;
        }
    }

    private List<ClusterPlan.Ways> clusters(
            TrainConfig config,
            Network network,
            OptimizerSpec optimizer,
            Shape shape,
            Calibration speed,
            Session session) {
        if (cores < 1 || !(bandwidth > 0)) {
            throw new BadInput("Cannot plan for executors of %d cores, %s Gbit/s: both must be positive"
                    .formatted(cores, bandwidth));
        }
        ClusterPlan plan = ClusterPlan.of(
                network,
                optimizer,
                config.mode().localSteps(),
                config.data().partitions(),
                shape.workload.rows(),
                shape.workload.dataBytes());
        SparkContext context = session.spark().sparkContext();
        ClusterSpeeds speeds =
                ClusterSpeeds.measure(context, network, optimizer.metric(), shape.sparse ? shape.density : 1, speed);
        Cluster whole = new Cluster(executors, cores, bandwidth * 1e9 / 8);
        Plan.Limits limits = ClusterLimits.of(context, whole);
        return ClusterPlan.upTo(whole).stream()
                .map(cluster -> plan.on(cluster, speeds, limits))
                .toList();
    }

    private record Shape(int features, int classes, boolean sparse, double density, Plan.Workload workload) {}

    private Shape given(TrainConfig config, Session session) {
        int slots = session.spark().sparkContext().defaultParallelism();
        long bytes = rows * (features + 1L) * config.model().precision().bytes();
        int partitions = config.data().partitions().orElseGet(() -> BlockOptions.partitions(rows, slots));
        return new Shape(features, classes, false, 1, new Plan.Workload(rows, partitions, slots, bytes));
    }

    private static Shape read(TrainConfig config, Session session, Console console) {
        DataSummary found = LoadedTables.inspect(session.spark(), config);
        console.data(found);
        return new Shape(
                found.features(),
                found.classes(),
                found.storage() == Storage.SPARSE,
                found.density(),
                PlanText.workload(found, session));
    }
}
