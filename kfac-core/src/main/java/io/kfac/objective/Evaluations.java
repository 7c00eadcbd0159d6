package io.kfac.objective;

import io.kfac.model.Network;
import java.util.ArrayList;
import java.util.List;

/** From partial sums to evaluations: what every objective does with its partitions' answers. */
public final class Evaluations {
    private Evaluations() {}

    /**
     * Evaluations from merged sums.
     * @param merged an accumulator a query
     */
    public static List<Evaluation> unpack(Network network, List<Query> queries, List<PartialSums> merged) {
        List<Evaluation> evaluations = new ArrayList<>();
        for (int q = 0; q < queries.size(); q++) {
            evaluations.add(new SumsLayout(network, queries.get(q).what()).unpack(merged.get(q)));
        }
        return evaluations;
    }

    /** The same, and the sums of work that went with the queries. */
    public static LocalAnswer unpackLocal(Network network, List<Query> queries, List<PartialSums> merged) {
        return new LocalAnswer(unpack(network, queries, merged), merged.get(queries.size()));
    }

    /** Adds partitions' answers left to right, in double: an accumulator a query. */
    public static List<PartialSums> add(List<PartitionAnswer> ordered) {
        List<PartialSums> totals = new ArrayList<>();
        for (PartialSums sums : ordered.get(0).sums()) {
            totals.add(sums.emptyAccumulator());
        }
        for (PartitionAnswer answer : ordered) {
            for (int q = 0; q < totals.size(); q++) {
                totals.get(q).add(answer.sums().get(q));
            }
        }
        return totals;
    }
}
