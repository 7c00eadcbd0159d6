package io.kfac.spark.engine;

import io.kfac.model.Network;
import io.kfac.spark.data.BlockOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One training run on clusters of different sizes, in both ways of training.
 * @param synchronous optimizer whose steps all rows take together
 * @param each        what partitions do where they step by themselves; empty where they cannot
 * @param localSteps  of a round, empty to choose
 * @param partitions  empty: as many as suit the cluster
 * @param rows        to train on
 * @param dataBytes   of the cached blocks
 */
public record ClusterPlan(
        Network network,
        OptimizerSpec synchronous,
        Optional<FixedRateSpec> each,
        OptionalInt localSteps,
        OptionalInt partitions,
        long rows,
        long dataBytes) {

    /** Of an optimizer, with the same metric in both ways: partitions take clipped steps where its own are measured on all rows. */
    public static ClusterPlan of(
            Network network,
            OptimizerSpec optimizer,
            OptionalInt localSteps,
            OptionalInt partitions,
            long rows,
            long dataBytes) {
        OptimizerSpec together = optimizer.each();
        return new ClusterPlan(network, together, each(network, together), localSteps, partitions, rows, dataBytes);
    }

    private static Optional<FixedRateSpec> each(Network network, OptimizerSpec together) {
        if (together instanceof FixedRateSpec fixed) {
            return Optional.of(fixed);
        }
        return together instanceof AdaptiveSpec adaptive
                ? Optional.of(Preset.clipped(network, adaptive.metric()))
                : Optional.empty();
    }

    /**
     * One way on one cluster.
     * @param misfit why it does not fit there, and what would help; empty where it fits
     */
    public record Way(Plan plan, ClusterEstimate estimate, Optional<String> misfit) {}

    /**
     * Both ways on one cluster.
     * @param local empty where an optimizer has no steps of a fixed rate
     */
    public record Ways(Cluster cluster, Plan.Limits limits, Way synchronous, Optional<Way> local) {}

    /** @param limits of that cluster */
    public Ways on(Cluster cluster, ClusterSpeeds speeds, Plan.Limits limits) {
        int parts = partitions.orElseGet(() -> BlockOptions.partitions(rows, cluster.slots()));
        Plan.Workload workload = new Plan.Workload(rows, parts, cluster.slots(), dataBytes);
        return new Ways(
                cluster,
                limits,
                way(synchronous, workload, cluster, speeds, limits),
                each.map(own -> way(rounds(own, workload), workload, cluster, speeds, limits)));
    }

    private LocalSpec rounds(FixedRateSpec own, Plan.Workload workload) {
        int steps = localSteps.orElseGet(() -> LocalChoice.steps(network, own, workload));
        return new LocalSpec(own, steps, workload.partitions());
    }

    private Way way(
            OptimizerSpec optimizer,
            Plan.Workload workload,
            Cluster cluster,
            ClusterSpeeds speeds,
            Plan.Limits limits) {
        Plan plan = Plan.of(network, optimizer, workload);
        return new Way(plan, ClusterEstimate.of(plan, cluster, speeds), plan.misfit(limits));
    }

    /** One executor, doubled until there are as many as the cluster has. */
    public static List<Cluster> upTo(Cluster cluster) {
        List<Cluster> sizes = new ArrayList<>();
        for (int count = 1; count < cluster.executors(); count *= 2) {
            sizes.add(cluster.of(count));
        }
        sizes.add(cluster);
        return sizes;
    }
}
