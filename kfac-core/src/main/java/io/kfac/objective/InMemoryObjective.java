package io.kfac.objective;

import io.kfac.batch.MiniBatch;
import io.kfac.model.Network;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.ToDoubleFunction;

/**
 * An {@link Objective} over blocks in this JVM: for tests, small data and single tasks. Parts are summed side by side, on all cores,
 * and merge in their order, as partitions do: the bits are those of a cluster. Not thread-safe.
 */
public final class InMemoryObjective implements Objective {
    private final Network network;
    private final List<RowFinder> parts;
    /** At most one a thread, with buffers that outlive a pass. */
    private final Queue<Evaluator> idle = new ConcurrentLinkedQueue<>();

    private Cost cost = Cost.NONE;

    /** All in one part. */
    public InMemoryObjective(Network network, List<MiniBatch> blocks) {
        this(List.of(new RowFinder(blocks)), network);
    }

    InMemoryObjective(Evaluator evaluator, RowFinder rows) {
        this(List.of(rows), evaluator.network());
        idle.add(evaluator);
    }

    private InMemoryObjective(List<RowFinder> parts, Network network) {
        this.network = network;
        this.parts = parts;
    }

    /** @param parts the blocks of each, at least one */
    public static InMemoryObjective inParts(Network network, List<List<MiniBatch>> parts) {
        return new InMemoryObjective(parts.stream().map(RowFinder::new).toList(), network);
    }

    @Override
    public Network network() {
        return network;
    }

    @Override
    public long rows() {
        return parts.stream().mapToLong(RowFinder::rows).sum();
    }

    @Override
    public int partitions() {
        return parts.size();
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
        List<PartitionAnswer> answers =
                parts.parallelStream().map(part -> answer(part, batch)).toList();
        cost = cost.plus(new Cost(
                1,
                0,
                slowest(answers, PartitionAnswer::forwardBackward),
                slowest(answers, PartitionAnswer::factors),
                0,
                0,
                0));
        return Evaluations.add(answers);
    }

    private PartitionAnswer answer(RowFinder part, QueryBatch batch) {
        Evaluator evaluator = Optional.ofNullable(idle.poll()).orElseGet(() -> new Evaluator(network));
        PartitionAnswer answer = evaluator.evaluate(part, batch);
        // Not in a finally block: buffers that a failure left half full are not used again.
        idle.add(evaluator);
        return answer;
    }

    private static double slowest(List<PartitionAnswer> answers, ToDoubleFunction<PartitionAnswer> seconds) {
        return answers.stream().mapToDouble(seconds).max().orElse(0);
    }

    @Override
    public Cost cost() {
        return cost;
    }
}
