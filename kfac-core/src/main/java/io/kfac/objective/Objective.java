package io.kfac.objective;

import io.kfac.model.Network;
import java.util.List;

/**
 * The seam between the mathematics and where the rows are: sums over rows, never means, so that they add up across blocks,
 * partitions and executors. In memory in tests and within one task; one Spark job a call on a cluster. Optimizers see only
 * this.
 */
public interface Objective {

    Network network();

    /** Rows in all, held-out ones included. */
    long rows();

    /**
     * Answers all queries in one pass over the rows (one Spark job). Parameters are double; so are the answers.
     * @param purpose what the pass is for, in a few words: the name of the job
     */
    List<Evaluation> evaluate(String purpose, List<Query> queries);

    /** Parts that the rows are in, each of which does {@link LocalWork} by itself. */
    default int partitions() {
        return 1;
    }

    /**
     * Has every partition do the work on its own rows, and answers queries over all rows, in one pass (one Spark job).
     * @param purpose what the pass is for, in a few words: the name of the job
     */
    default LocalAnswer evaluate(String purpose, List<Query> queries, LocalWork work) {
        throw new UnsupportedOperationException("Cannot do local work: %s only answers queries".formatted(getClass()));
    }

    /** What was spent so far. */
    Cost cost();

    default Evaluation evaluate(String purpose, Query query) {
        return evaluate(purpose, List.of(query)).get(0);
    }
}
