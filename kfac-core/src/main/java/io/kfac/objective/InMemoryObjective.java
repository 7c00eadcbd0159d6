package io.kfac.objective;

import io.kfac.batch.MiniBatch;
import io.kfac.model.Network;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * An {@link Objective} over blocks in this JVM: for tests, small data and single tasks. Parts are summed side by side, on all cores,
 * and merge in their order, as partitions do: the bits are those of a cluster. Not thread-safe.
 */
public final class InMemoryObjective implements Objective {
    private final List<Part> parts;
    private Cost cost = Cost.NONE;

    /** Rows that one thread goes through. */
    private record Part(Evaluator evaluator, List<MiniBatch> blocks) {
        PartitionAnswer answer(QueryBatch batch) {
            return evaluator.evaluate(blocks.iterator(), batch);
        }
    }

    /** All in one part. */
    public InMemoryObjective(Network network, List<MiniBatch> blocks) {
        this(new Evaluator(network), blocks);
    }

    InMemoryObjective(Evaluator evaluator, List<MiniBatch> blocks) {
        this.parts = List.of(new Part(evaluator, List.copyOf(blocks)));
    }

    private InMemoryObjective(List<Part> parts) {
        this.parts = parts;
    }

    /** @param parts the blocks of each, at least one */
    public static InMemoryObjective inParts(Network network, List<List<MiniBatch>> parts) {
        return new InMemoryObjective(parts.stream()
                .map(blocks -> new Part(new Evaluator(network), List.copyOf(blocks)))
                .toList());
    }

    @Override
    public Network network() {
        return parts.get(0).evaluator().network();
    }

    @Override
    public long rows() {
        return parts.stream()
                .flatMap(part -> part.blocks().stream())
                .mapToLong(MiniBatch::rows)
                .sum();
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
                parts.parallelStream().map(part -> part.answer(batch)).toList();
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

    private static double slowest(List<PartitionAnswer> answers, ToDoubleFunction<PartitionAnswer> seconds) {
        return answers.stream().mapToDouble(seconds).max().orElse(0);
    }

    @Override
    public Cost cost() {
        return cost;
    }
}
