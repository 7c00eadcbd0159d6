package io.kfac.spark.data;

import java.io.Serializable;
import java.util.List;

/**
 * What one task of the statistics pass found.
 * @param probes  in the order of the pass's
 * @param problem the first one, or none
 */
record PartitionStatistics(
        List<Segment> segments, RowTotals training, RowTotals heldOut, List<ColumnProbe> probes, List<Problem> problem)
        implements Serializable {}
