package io.kfac.objective;

import io.kfac.batch.MiniBatch;
import io.kfac.model.Network;
import java.util.List;

/** An {@link Objective} over blocks in this JVM: for tests, small data and single tasks. Not thread-safe. */
public final class InMemoryObjective implements Objective {
    private final Evaluator evaluator;
    private final List<MiniBatch> blocks;
    private Cost cost = Cost.NONE;

    public InMemoryObjective(Network network, List<MiniBatch> blocks) {
        this.evaluator = new Evaluator(network);
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
        QueryBatch batch = new QueryBatch(network(), queries);
        PartitionAnswer answer = evaluator.evaluate(blocks.iterator(), batch);
        cost = cost.plus(new Cost(1, 0, answer.forwardBackward(), answer.factors(), 0, 0, 0));
        return Evaluations.unpack(network(), queries, Evaluations.add(List.of(answer)));
    }

    @Override
    public Cost cost() {
        return cost;
    }
}
