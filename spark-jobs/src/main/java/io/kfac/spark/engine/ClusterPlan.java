package io.kfac.spark.engine;

import io.kfac.model.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One training run on clusters of different sizes, in both ways of training.
 * @param synchronous optimizer whose steps all rows take together
 * @param localSteps  of a round, empty to choose
 * @param rows        to train on
 * @param dataBytes   of the cached blocks
 */
public record ClusterPlan(
        Network network, OptimizerSpec synchronous, OptionalInt localSteps, long rows, long dataBytes) {

    /**
     * Both ways on one cluster.
     * @param local empty where steps are not of a fixed rate
     */
    public record Ways(
            Cluster cluster, ClusterEstimate synchronous, Optional<LocalSpec> spec, Optional<ClusterEstimate> local) {}

    public Ways on(Cluster cluster, ClusterSpeeds speeds) {
        Plan.Workload workload = new Plan.Workload(rows, cluster.slots(), cluster.slots(), dataBytes);
        Optional<LocalSpec> spec = synchronous instanceof FixedRateSpec each
                ? Optional.of(new LocalSpec(
                        each, localSteps.orElseGet(() -> LocalChoice.steps(network, each, workload)), cluster.slots()))
                : Optional.empty();
        return new Ways(
                cluster,
                estimate(synchronous, workload, cluster, speeds),
                spec,
                spec.map(local -> estimate(local, workload, cluster, speeds)));
    }

    private ClusterEstimate estimate(
            OptimizerSpec optimizer, Plan.Workload workload, Cluster cluster, ClusterSpeeds speeds) {
        return ClusterEstimate.of(Plan.of(network, optimizer, workload), cluster, speeds);
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
