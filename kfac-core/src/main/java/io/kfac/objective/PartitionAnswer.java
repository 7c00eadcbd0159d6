package io.kfac.objective;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What one partition says to a {@link QueryBatch}.
 * @param sums            one a query, in their order, then those of its work, if any
 * @param forwardBackward seconds in passes through the network
 * @param factors         seconds in curvature statistics
 */
public record PartitionAnswer(List<PartialSums> sums, double forwardBackward, double factors) implements Serializable {

    /** The same, and the sums of work that took so many seconds. */
    PartitionAnswer and(PartialSums work, double seconds) {
        List<PartialSums> all = new ArrayList<>(sums);
        all.add(work);
        return new PartitionAnswer(all, forwardBackward + seconds, factors);
    }
}
