package io.kfac.objective;

import java.io.Serializable;
import java.util.List;

/**
 * What one partition says to a {@link QueryBatch}.
 * @param sums            one a query, in their order
 * @param forwardBackward seconds in passes through the network
 * @param factors         seconds in curvature statistics
 */
public record PartitionAnswer(List<PartialSums> sums, double forwardBackward, double factors) implements Serializable {}
