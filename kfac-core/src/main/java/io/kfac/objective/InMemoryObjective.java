package io.kfac.objective;

import io.kfac.batch.MiniBatch;
import io.kfac.model.Network;
import java.util.List;
import java.util.Optional;

/** An {@link Objective} over blocks in this JVM: for tests, small data and single tasks. Not thread-safe. */
public final class InMemoryObjective implements Objective {
    private final Evaluator evaluator;
    private final List<MiniBatch> blocks;
    private Cost cost = Cost.NONE;

    public InMemoryObjective(Network network, List<MiniBatch> blocks) {
        this(new Evaluator(network), blocks);
    }

    InMemoryObjective(Evaluator evaluator, List<MiniBatch> blocks) {
        this.evaluator = evaluator;
        this.blocks = List.copyOf(blocks);
    }

    @Override
    public Network network() {
        return evaluator.network();
    }

    @Override
    public long rows() {
        return blocks.stream().mapToLong(MiniBatch::rows).sum();
    }

    @Override
    public List<Evaluation> evaluate(String purpose, List<Query> queries) {
        return Evaluations.unpack(network(), queries, sums(new QueryBatch(network(), queries)));
    }

    @Override
    public LocalAnswer evaluate(String purpose, List<Query> queries, LocalWork work) {
        return Evaluations.unpackLocal(network(), queries, sums(new QueryBatch(network(), queries, Optional.of(work))));
    }

    private List<PartialSums> sums(QueryBatch batch) {
        PartitionAnswer answer = evaluator.evaluate(blocks.iterator(), batch);
        cost = cost.plus(new Cost(1, 0, answer.forwardBackward(), answer.factors(), 0, 0, 0));
        return Evaluations.add(List.of(answer));
    }

    @Override
    public Cost cost() {
        return cost;
    }
}
