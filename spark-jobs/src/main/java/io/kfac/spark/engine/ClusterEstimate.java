package io.kfac.spark.engine;

import io.kfac.linalg.Precision;

/**
 * What a step, or a round of local steps, is going to take on a cluster of some size.
 * @param rows      that it visits
 * @param bytes     sent and collected, by all machines
 * @param compute   seconds in the slowest task
 * @param refresh   learning from statistics, refreshing and applying the preconditioner on the driver
 * @param broadcast from the driver to all executors, which pass on what they have
 * @param merge     partial sums on their way to the driver, which adds them in order
 * @param latency   of its jobs
 */
public record ClusterEstimate(
        double rows, double bytes, double compute, double refresh, double broadcast, double merge, double latency) {
    /** What a task more adds to a job, on the driver, which starts them one after another. */
    private static final double TASK_SECONDS = 1e-3;

    /** Of {@link OptimizerSpec#products}: forward, back and the gradient. */
    private static final double GRADIENT_PRODUCTS = 3;

    /** A task ends up with more than its share of a batch: hashed rows vary as counts do, and the slowest counts. */
    private static final double DEVIATIONS = 1;

    /** @param optimizer as it steps there; local steps have a worker for each core of the cluster */
    public static ClusterEstimate of(Plan plan, Cluster cluster, ClusterSpeeds speeds) {
        OptimizerSpec optimizer = plan.optimizer();
        int tasks = plan.workload().partitions();
        double rows = Math.min(
                optimizer.batchRows(),
                optimizer.local() ? Integer.MAX_VALUE : plan.workload().rows());
        double jobs = optimizer.jobsPerStep();
        double job = speeds.jobSeconds() + TASK_SECONDS * Math.max(0, tasks - speeds.tasks());
        double sent = plan.broadcastBytes();
        double answer = answer(plan);
        double answers = tasks * answer;
        double collected = plan.collectedAnswers();
        boolean grouped = collected < tasks;
        // Groups are added by reducers first, in a stage more, and travel in double.
        double width = grouped && plan.network().precision() == Precision.FLOAT ? 2 : 1;
        double toDriver = collected * width * answer;
        double between = grouped ? answers / cluster.executors() / cluster.bytesPerSecond() + job : 0;
        double hops = Math.ceil(Math.log(cluster.executors() + 1) / Math.log(2));
        return new ClusterEstimate(
                rows,
                cluster.executors() * sent + answers,
                compute(plan, speeds.worker()),
                driver(optimizer, speeds.driver()),
                hops * sent / cluster.bytesPerSecond() + 2 * sent / speeds.bytesPerSecond(),
                // Read back, and added as doubles, about as long again.
                toDriver / cluster.bytesPerSecond() + 2 * toDriver / speeds.bytesPerSecond() + between,
                jobs * job);
    }

    /** Of a partition in an average step: the gradient, or a round's ways, always; statistics when it is their turn. */
    private static double answer(Plan plan) {
        OptimizerSpec optimizer = plan.optimizer();
        if (optimizer instanceof LocalSpec local) {
            return plan.answerBytes() - (1 - local.statisticsShare()) * local.statisticsBytes(plan.network());
        }
        double gradient =
                (double) plan.network().size() * plan.network().precision().bytes();
        return gradient + (plan.answerBytes() - gradient) / optimizer.statisticsEvery();
    }

    private static double compute(Plan plan, PassSpeed pass) {
        OptimizerSpec optimizer = plan.optimizer();
        double tasks = plan.workload().partitions();
        if (optimizer instanceof LocalSpec local) {
            double batch =
                    slowest(Math.min(local.each().batchRows(), plan.workload().rows() / tasks));
            double statistics = local.statisticsShare() * pass.statistics();
            // The divergence at the end takes two forward passes over a batch.
            return local.steps() * (batch * pass.gradient() + pass.apply()) + batch * (statistics + 2 * pass.loss());
        }
        double batch = slowest(Math.min(optimizer.batchRows(), plan.workload().rows()) / tasks);
        double learning = (pass.statistics() - pass.gradient()) / optimizer.statisticsEvery();
        double passes = optimizer.products() / GRADIENT_PRODUCTS;
        return batch * (passes * pass.gradient() + Math.max(0, learning));
    }

    private static double slowest(double rows) {
        return rows + DEVIATIONS * Math.sqrt(rows);
    }

    private static double driver(OptimizerSpec optimizer, PassSpeed pass) {
        if (optimizer instanceof LocalSpec local) {
            double refreshes = Math.min(1, (double) local.steps() / local.each().refreshEvery());
            return local.statisticsShare() * (pass.learn() + refreshes * pass.refresh());
        }
        // Three dampings compete at each refresh of a self-tuning optimizer.
        double candidates = optimizer.dampings();
        return pass.learn() / optimizer.statisticsEvery()
                + candidates * pass.refresh() / optimizer.refreshEvery()
                + pass.apply();
    }

    public double total() {
        return compute + refresh + broadcast + merge + latency;
    }

    public double rowsPerSecond() {
        return rows / total();
    }

    /** Share of the time that is not spent in tasks. */
    public double overhead() {
        return 1 - compute / total();
    }
}
