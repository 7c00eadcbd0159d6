package io.kfac.testing;

import io.kfac.batch.MiniBatch;
import io.kfac.model.Network;
import io.kfac.objective.Cost;
import io.kfac.objective.Evaluation;
import io.kfac.objective.Evaluations;
import io.kfac.objective.Evaluator;
import io.kfac.objective.LocalAnswer;
import io.kfac.objective.LocalWork;
import io.kfac.objective.Objective;
import io.kfac.objective.PartialSums;
import io.kfac.objective.Query;
import io.kfac.objective.QueryBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Several partitions in this JVM: what a cluster does, without one. */
public final class PartitionedObjective implements Objective {
    private final Network network;
    private final List<List<MiniBatch>> partitions;
    private Cost cost = Cost.NONE;

    /** @param partitions one block each */
    public PartitionedObjective(Network network, MiniBatch... partitions) {
        this.network = network;
        List<List<MiniBatch>> all = new ArrayList<>();
        for (MiniBatch block : partitions) {
            all.add(List.of(block));
        }
        this.partitions = all;
    }

    @Override
    public Network network() {
        return network;
    }

    @Override
    public long rows() {
        return partitions.stream()
                .flatMap(List::stream)
                .mapToLong(MiniBatch::rows)
                .sum();
    }

    @Override
    public int partitions() {
        return partitions.size();
    }

    @Override
    public List<Evaluation> evaluate(String purpose, List<Query> queries) {
        return Evaluations.unpack(network, queries, sums(new QueryBatch(network, queries)));
    }

    @Override
    public LocalAnswer evaluate(String purpose, List<Query> queries, LocalWork work) {
        return Evaluations.unpackLocal(network, queries, sums(new QueryBatch(network, queries, Optional.of(work))));
    }

    private List<PartialSums> sums(QueryBatch batch) {
        cost = cost.plus(new Cost(1, 0, 0, 0, 0, 0, 0));
        return Evaluations.add(partitions.stream()
                .map(blocks -> new Evaluator(network).evaluate(blocks.iterator(), batch))
                .toList());
    }

    @Override
    public Cost cost() {
        return cost;
    }
}
