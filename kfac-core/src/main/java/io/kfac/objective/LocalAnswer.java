package io.kfac.objective;

import java.util.List;

/**
 * What came of a {@link LocalWork} and the queries that went with it.
 * @param evaluations one a query, in their order
 * @param work        the partitions' sums, added up in double
 */
public record LocalAnswer(List<Evaluation> evaluations, PartialSums work) {}
