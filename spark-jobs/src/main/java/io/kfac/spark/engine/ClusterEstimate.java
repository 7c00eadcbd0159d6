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

    /** Of a plan for that cluster: partitions for its cores. */
    static ClusterEstimate of(Plan plan, Cluster cluster, ClusterSpeeds speeds) {
        OptimizerSpec optimizer = plan.optimizer();
        int tasks = plan.workload().partitions();
        // Who has no task fetches nothing.
        double executors = Math.min(cluster.executors(), tasks);
        double job = speeds.jobSeconds() + TASK_SECONDS * Math.max(0, tasks - speeds.tasks());
        double sent = plan.broadcastBytes();
        double answer = plan.meanAnswerBytes();
        double answers = tasks * answer;
        double collected = plan.collectedAnswers();
        boolean grouped = collected < tasks;
        // Groups are added by reducers first, in a stage more, and travel in double.
        double width = grouped && plan.network().precision() == Precision.FLOAT ? 2 : 1;
        double toDriver = collected * width * answer;
        double between = grouped ? answers / executors / cluster.bytesPerSecond() + job : 0;
        double hops = Math.ceil(Math.log(executors + 1) / Math.log(2));
        return new ClusterEstimate(
                optimizer.stepRows(plan.workload()),
                executors * sent + answers,
                optimizer.taskSeconds(plan.workload(), speeds.worker()),
                optimizer.driverSeconds(speeds.driver()),
                hops * sent / cluster.bytesPerSecond() + 2 * sent / speeds.bytesPerSecond(),
                // Read back, and added as doubles, about as long again.
                toDriver / cluster.bytesPerSecond() + 2 * toDriver / speeds.bytesPerSecond() + between,
                optimizer.jobsPerStep() * job);
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
