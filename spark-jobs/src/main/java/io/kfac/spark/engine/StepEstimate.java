package io.kfac.spark.engine;

import io.kfac.linalg.Precision;
import io.kfac.model.Layer;

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
        double rows = Math.min(plan.optimizer().batchRows(), workload.rows());
        Metric.Needs whole = plan.optimizer().metric().needs(plan.network());
        double statistics = whole.rowFlops();
        double factoring = whole.dampingFlops();
        double bases = whole.basisFlops();
        for (Layer layer : plan.network().layers()) {
            Metric.Needs needs = plan.optimizer().metric().needs(layer);
            statistics += needs.rowFlops();
            factoring += needs.dampingFlops();
            bases += needs.basisFlops();
        }
        double flops = rows
                * (plan.optimizer().products() * 2 * plan.network().size()
                        + statistics / plan.optimizer().statisticsEvery());
        double refresh = bases + factoring * plan.optimizer().dampings();
        int parallel = Math.max(1, Math.min(workload.partitions(), workload.slots()));
        double answers = (double) plan.collectedAnswers() * plan.answerBytes();
        double doubles = plan.network().precision() == Precision.DOUBLE ? 1 : 2;
        return new StepEstimate(
                flops / (EFFICIENCY * speed.flopsPerSecond() * parallel),
                refresh
                        / (EFFICIENCY
                                * speed.doubleFlopsPerSecond()
                                * plan.optimizer().refreshEvery()),
                (plan.broadcastBytes() + doubles * answers) / speed.bytesPerSecond(),
                plan.jobsPerStep() * speed.jobSeconds());
    }

    /** Of passes that the driver makes itself. */
    public StepEstimate withoutJobs() {
        return new StepEstimate(compute, refresh, 0, 0);
    }

    public double total() {
        return compute + refresh + wire + overhead;
    }
}
