package io.kfac.spark.engine;

import io.kfac.linalg.Precision;

/**
 * Seconds that an average step of the first batches will take, about.
 * @param compute  passes over the batch on the executors
 * @param refresh  factors and eigenbases on the driver
 * @param wire     parameters out, sums back
 * @param overhead scheduling of the jobs
 */
public record StepEstimate(double compute, double refresh, double wire, double overhead) {
    /** Small, skinny products and elementwise functions do not run at the speed of a large square product. */
    private static final double EFFICIENCY = 0.4;

    public static StepEstimate of(Plan plan, Calibration speed) {
        Plan.Workload workload = plan.workload();
        OptimizerSpec optimizer = plan.optimizer();
        Metric metric = optimizer.metric();
        double flops = optimizer.stepRows(workload)
                * (optimizer.products() * 2 * plan.network().size()
                        // Of a round, one batch's.
                        + metric.rowFlops(plan.network()) * optimizer.statisticsShare() / optimizer.steps());
        double refresh = metric.allNeeds(plan.network())
                .mapToDouble(needs -> needs.basisFlops() + optimizer.dampings() * needs.dampingFlops())
                .sum();
        int parallel = Math.max(1, Math.min(workload.partitions(), workload.slots()));
        double answers = (double) plan.collectedAnswers() * plan.answerBytes();
        double doubles = plan.network().precision() == Precision.DOUBLE ? 1 : 2;
        return new StepEstimate(
                flops / (EFFICIENCY * speed.flopsPerSecond() * parallel),
                optimizer.refreshShare() * refresh / (EFFICIENCY * speed.doubleFlopsPerSecond()),
                (plan.broadcastBytes() + doubles * answers) / speed.bytesPerSecond(),
                optimizer.jobsPerStep() * speed.jobSeconds());
    }

    /** Of passes that the driver makes itself. */
    public StepEstimate withoutJobs() {
        return new StepEstimate(compute, refresh, 0, 0);
    }

    public double total() {
        return compute + refresh + wire + overhead;
    }
}
