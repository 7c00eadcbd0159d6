package io.kfac.spark.engine;

import io.kfac.batch.MiniBatch;
import io.kfac.linalg.Precision;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.spark.data.JobLabel;
import io.kfac.spark.data.Portable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * What plans of clusters start from, measured on the Spark at hand in about ten seconds.
 * @param worker         in tasks, as many at a time as there are cores, which may share a machine
 * @param driver         on the driver, when nothing else runs
 * @param jobSeconds     of a job of ours over no rows: parameters out, sums back, merged
 * @param tasks          of that job
 * @param bytesPerSecond serialised and read back
 */
public record ClusterSpeeds(PassSpeed worker, PassSpeed driver, double jobSeconds, int tasks, double bytesPerSecond) {
    private static final int WARM_JOBS = 8;
    private static final int JOBS = 20;

    /** @param density share of features that are not zero where rows are stored sparse; 1 where they are dense */
    public static ClusterSpeeds measure(
            SparkContext context, Network network, Metric metric, double density, Calibration speed) {
        int tasks = context.defaultParallelism();
        JavaSparkContext java = JavaSparkContext.fromSparkContext(context);
        return new ClusterSpeeds(
                worker(java, network, metric, density, tasks),
                PassSpeed.measure(network, metric, density),
                jobSeconds(java, network, tasks),
                tasks,
                speed.bytesPerSecond());
    }

    private static PassSpeed worker(JavaSparkContext java, Network network, Metric metric, double density, int tasks) {
        try (JobLabel label = new JobLabel(java.sc(), "kfac-calibration", "measuring passes")) {
            return PassSpeed.mean(java
                    .parallelize(Collections.nCopies(tasks, 0), tasks)
                    .map(task -> Portable.toBytes(PassSpeed.measure(network, metric, density)))
                    .collect()
                    .stream()
                    .map(bytes -> Portable.fromBytes(bytes, PassSpeed.class))
                    .toList());
        }
    }

    /** The lower quartile of jobs after the first: those of a young JVM take twice as long as the ones to come. */
    private static double jobSeconds(JavaSparkContext java, Network network, int tasks) {
        JavaRDD<MiniBatch> nothing = java.parallelize(List.of(), tasks);
        Query query =
                new Query(Parameters.zeros(network, Precision.DOUBLE), RowSelection.all(), Request.lossAndGradient());
        List<Double> seconds = new ArrayList<>();
        try (SparkObjective objective = new SparkObjective(network, nothing, 0, "measuring")) {
            for (int i = 0; i < WARM_JOBS + JOBS; i++) {
                long start = System.nanoTime();
                objective.evaluate("the latency of jobs", query);
                if (i >= WARM_JOBS) {
                    seconds.add((System.nanoTime() - start) * 1e-9);
                }
            }
        }
        Collections.sort(seconds);
        return seconds.get(JOBS / 4);
    }
}
