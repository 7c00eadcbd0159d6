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
        return new Plan.Limits(driver, executor, cores, conf.getSizeAsBytes("spark.driver.maxResultSize", "1g"), local);
    }

    /** Standalone executors take all cores of a worker unless told otherwise: an even share is the best guess. */
    private static int coresPerExecutor(SparkContext context) {
        int executors = Math.max(1, context.getExecutorMemoryStatus().size() - 1);
        return Math.max(1, (context.defaultParallelism() + executors - 1) / executors);
    }
}
