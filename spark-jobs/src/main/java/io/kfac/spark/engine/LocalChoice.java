package io.kfac.spark.engine;

import io.kfac.model.Network;

/**
 * How many local steps make a round: enough that what a round costs beside them, jobs and traffic, is a fifth of it. From shapes
 * and the speeds of an ordinary cluster, not from measured ones: the same run takes the same steps wherever it runs, to the bit.
 */
public final class LocalChoice {
    private static final double FLOPS_A_CORE = 6e10;
    private static final double JOB_SECONDS = 0.1;
    private static final double BYTES_A_SECOND = 1.25e8;
    private static final double STEPS_OVER_REST = 4;

    /** Workers that go on for longer see the same rows again before they hear of the others'. */
    private static final double MOST_OF_AN_EPOCH = 0.5;

    private LocalChoice() {}

    /** A power of two. */
    public static int steps(Network network, FixedRateSpec each, Plan.Workload workload) {
        Plan plan = Plan.of(network, new LocalSpec(each, 1, workload.partitions()), workload);
        double batch = (double) each.batchRows() * workload.partitions();
        double rowFlops = 6.0 * network.size() + each.metric().rowFlops(network) / each.statisticsEvery();
        double step = rowFlops * workload.batch(batch) / workload.partitions() / FLOPS_A_CORE;
        double rest = JOB_SECONDS + (double) (plan.broadcastBytes() + plan.resultBytes()) / BYTES_A_SECOND;
        double wanted = Math.min(STEPS_OVER_REST * rest / step, MOST_OF_AN_EPOCH * workload.rows() / batch);
        return Integer.highestOneBit((int) Math.max(1, Math.min(1 << 20, wanted)));
    }
}
