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

    /** What was spent so far. */
    Cost cost();

    default Evaluation evaluate(String purpose, Query query) {
        return evaluate(purpose, List.of(query)).get(0);
    }
}
