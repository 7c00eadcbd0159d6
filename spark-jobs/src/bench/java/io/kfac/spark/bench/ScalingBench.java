package io.kfac.spark.bench;

import io.kfac.family.Categorical;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.objective.Cost;
import io.kfac.objective.Penalty;
import io.kfac.optimizer.Optimizer;
import io.kfac.optimizer.StepReport;
import io.kfac.spark.data.DataOptions;
import io.kfac.spark.data.SyntheticData;
import io.kfac.spark.data.TrainingData;
import io.kfac.spark.engine.Calibration;
import io.kfac.spark.engine.Cluster;
import io.kfac.spark.engine.ClusterEstimate;
import io.kfac.spark.engine.ClusterLimits;
import io.kfac.spark.engine.ClusterPlan;
import io.kfac.spark.engine.ClusterSpeeds;
import io.kfac.spark.engine.FixedRateSpec;
import io.kfac.spark.engine.OptimizerSpec;
import io.kfac.spark.engine.Preset;
import io.kfac.spark.engine.SparkObjective;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.spark.sql.SparkSession;

/**
 * Rows a second of clipped K-FAC with one and with two executors of one core, synchronous and by local steps, beside what the plan
 * predicts from a short measurement of the same. The executors share one machine, which may do less than twice the work of one busy
 * core.
 */
final class ScalingBench implements Bench.Benchmark {
    private static final int ROWS = 40_000;
    private static final int FEATURES = 784;
    private static final int CLASSES = 10;
    /** Between processes of one machine. */
    private static final double LOOPBACK = 1.5e9;
    /** The first steps compile. */
    private static final int WARM_STEPS = 6;

    private static final int STEPS = 24;
    private static final int WARM_ROUNDS = 2;
    private static final int ROUNDS = 8;

    private final Network network =
            Network.mlp(FEATURES, List.of(256, 128), CLASSES, Activation.RELU, new Categorical(), Precision.FLOAT);
    private final FixedRateSpec kfac = (FixedRateSpec) Preset.KFAC_CLIPPED.of(network);
    private final ClusterPlan plan = ClusterPlan.of(
            network, kfac, OptionalInt.of(8), OptionalInt.empty(), ROWS, (long) ROWS * (FEATURES + 1) * Float.BYTES);

    /** Rows a second of wall time, and of time in the slowest tasks. */
    private record Measured(double rowsPerSecond, double rowsPerTaskSecond) {}

    @Override
    public Bench.Findings run(SparkSession given) throws Exception {
        given.stop();
        Map<String, Object> details = new LinkedHashMap<>();
        Measured[][] measured = new Measured[2][];
        for (int executors = 1; executors <= 2; executors++) {
            SparkSession spark = SparkSession.builder()
                    .master("local-cluster[%d,1,2048]".formatted(executors))
                    .appName("bench scaling")
                    .config("spark.executor.memory", "2g")
                    .config("spark.scheduler.minRegisteredResourcesRatio", "1")
                    .getOrCreate();
            try {
                ClusterSpeeds speeds = ClusterSpeeds.measure(
                        spark.sparkContext(),
                        network,
                        kfac.metric(),
                        1,
                        Calibration.measure(spark.sparkContext(), Precision.FLOAT));
                System.out.printf("  %s%n", speeds);
                Cluster cluster = new Cluster(executors, 1, LOOPBACK);
                ClusterPlan.Ways ways = plan.on(cluster, speeds, ClusterLimits.of(spark.sparkContext(), cluster));
                ClusterPlan.Way local = ways.local().orElseThrow();
                Measured[] both = measure(spark, executors, local.plan().optimizer());
                measured[executors - 1] = both;
                print(executors, "synchronous", both[0], ways.synchronous().estimate(), details);
                print(executors, "local", both[1], local.estimate(), details);
            } finally {
                spark.stop();
            }
        }
        StringBuilder headline = new StringBuilder("2 executors against 1:");
        for (int way = 0; way < 2; way++) {
            Measured one = measured[0][way];
            Measured two = measured[1][way];
            String name = way == 0 ? "synchronous" : "local";
            double ratio = two.rowsPerSecond() / one.rowsPerSecond();
            double inTasks = two.rowsPerTaskSecond() / one.rowsPerTaskSecond();
            details.put(name + " ratio", ratio);
            details.put(name + " ratio in tasks", inTasks);
            headline.append(" %s %.2fx rows/s, %.2fx by time inside tasks;".formatted(name, ratio, inTasks));
        }
        return new Bench.Findings(headline.toString(), details);
    }

    private Measured[] measure(SparkSession spark, int partitions, OptimizerSpec local) {
        DataOptions defaults = DataOptions.forLabel("label");
        DataOptions options =
                defaults.with(defaults.blocks().withPrecision(Precision.FLOAT).withPartitions(partitions));
        try (TrainingData data =
                TrainingData.load(SyntheticData.blobs(spark, ROWS, FEATURES, CLASSES, 3, 1, partitions), options)) {
            return new Measured[] {
                steps(data, kfac, WARM_STEPS, STEPS), steps(data, local, WARM_ROUNDS, ROUNDS),
            };
        }
    }

    private Measured steps(TrainingData data, OptimizerSpec spec, int warm, int counted) {
        try (SparkObjective objective =
                new SparkObjective(network, data.blocks(), data.summary().rows(), "bench")) {
            Optimizer optimizer = spec.create(
                    new OptimizerSpec.Start(network, network.initialParameters(1), new Penalty(0), 1, 0, ROWS));
            for (int i = 0; i < warm; i++) {
                optimizer.step(objective);
            }
            Cost before = objective.cost();
            long start = System.nanoTime();
            double rows = 0;
            for (int i = 0; i < counted; i++) {
                rows += optimizer.step(objective).map(StepReport::rows).orElseThrow();
            }
            double seconds = (System.nanoTime() - start) * 1e-9;
            Cost spent = objective.cost().minus(before);
            System.out.printf("    %s: %.3f s a step, %s%n", spec.title(), seconds / counted, spent);
            return new Measured(rows / seconds, rows / (spent.forwardBackward() + spent.factors()));
        }
    }

    private static void print(
            int executors, String way, Measured measured, ClusterEstimate planned, Map<String, Object> details) {
        double error = planned.rowsPerSecond() / measured.rowsPerSecond() - 1;
        System.out.printf(
                "  %d executor%s, %s: %,.0f rows/s measured, %,.0f planned (%+.0f%%)  %s%n",
                executors,
                executors == 1 ? "" : "s",
                way,
                measured.rowsPerSecond(),
                planned.rowsPerSecond(),
                100 * error,
                planned);
        details.put("%s, %d, measured rows/s".formatted(way, executors), measured.rowsPerSecond());
        details.put("%s, %d, measured rows per task second".formatted(way, executors), measured.rowsPerTaskSecond());
        details.put("%s, %d, planned rows/s".formatted(way, executors), planned.rowsPerSecond());
    }
}
