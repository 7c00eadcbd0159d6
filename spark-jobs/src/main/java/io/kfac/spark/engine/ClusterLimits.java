package io.kfac.spark.engine;

import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;

/** What the running Spark gives us. */
public final class ClusterLimits {
    private static final String EXECUTOR_MEMORY = "spark.executor.memory";

    private ClusterLimits() {}

    public static Plan.Limits of(SparkContext context) {
        SparkConf conf = context.conf();
        boolean local = context.isLocal();
        long driver = Runtime.getRuntime().maxMemory();
        long executor = local ? driver : executorMemory(conf);
        int cores =
                local ? context.defaultParallelism() : conf.getInt("spark.executor.cores", coresPerExecutor(context));
        long result = conf.getSizeAsBytes("spark.driver.maxResultSize", "1g");
        return new Plan.Limits(driver, executor, cores, result, local, local ? cores : driverCores(context));
    }

    /** What a cluster would give us whose driver is this one. Memory of executors that nobody has set is not limited. */
    public static Plan.Limits of(SparkContext context, Cluster cluster) {
        Plan.Limits here = of(context);
        boolean known = !context.isLocal() || context.conf().contains(EXECUTOR_MEMORY);
        long executor = known ? executorMemory(context.conf()) : Long.MAX_VALUE;
        return new Plan.Limits(here.driver(), executor, cluster.cores(), here.maxResult(), false, here.driverCores());
    }

    private static long executorMemory(SparkConf conf) {
        return conf.getSizeAsMb(EXECUTOR_MEMORY, "1g") << 20;
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
