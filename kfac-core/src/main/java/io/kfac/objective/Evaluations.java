package io.kfac.objective;

import io.kfac.model.Network;
import java.util.ArrayList;
import java.util.List;

/** From partial sums to evaluations. */
public final class Evaluations {
    private Evaluations() {}

    /**
     * Adds partial sums left to right, in double, and unpacks them.
     * @param partials one list a partition, in partition order, of one entry a query
     */
    public static List<Evaluation> merge(Network network, List<Query> queries, List<List<PartialSums>> partials) {
        List<Evaluation> evaluations = new ArrayList<>();
        for (int q = 0; q < queries.size(); q++) {
            PartialSums total = partials.get(0).get(q).emptyAccumulator();
            for (List<PartialSums> partition : partials) {
                total.add(partition.get(q));
            }
            evaluations.add(new SumsLayout(network, queries.get(q).what()).unpack(total));
        }
        return evaluations;
    }
}
