package io.kfac.spark.engine;

import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;

/** What the running Spark gives us. */
public final class ClusterLimits {
    private ClusterLimits() {}

    public static Plan.Limits of(SparkContext context) {
        SparkConf conf = context.conf();
        boolean local = context.isLocal();
        long driver = Runtime.getRuntime().maxMemory();
        long executor = local ? driver : conf.getSizeAsMb("spark.executor.memory", "1g") << 20;
        int cores =
                local ? context.defaultParallelism() : conf.getInt("spark.executor.cores", coresPerExecutor(context));
        long result = conf.getSizeAsBytes("spark.driver.maxResultSize", "1g");
        return new Plan.Limits(driver, executor, cores, result, local, local ? cores : driverCores(context));
    }

    /** A driver on a cluster's machine has those that it asked for; one on somebody's own machine has all. */
    private static int driverCores(SparkContext context) {
        return context.deployMode().equals("cluster")
                ? context.conf().getInt("spark.driver.cores", 1)
                : Runtime.getRuntime().availableProcessors();
    }

    /** Standalone executors take all cores of a worker unless told otherwise: an even share is the best guess. */
    private static int coresPerExecutor(SparkContext context) {
        int executors = Math.max(1, context.getExecutorMemoryStatus().size() - 1);
        return Math.max(1, (context.defaultParallelism() + executors - 1) / executors);
    }
}
