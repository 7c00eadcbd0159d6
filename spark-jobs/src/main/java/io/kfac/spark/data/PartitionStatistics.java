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
        implements Serializable {
    /** Squared standard errors: a random part of a table is beyond them once in ten million times. */
    private static final double MOST_DEVIATION = 30;

    /** Whether these rows could have been drawn from the table at random. */
    boolean resembles(PartitionStatistics whole) {
        for (int k = 0; k < probes.size(); k++) {
            if (!(probes.get(k).deviation(whole.probes.get(k)) <= MOST_DEVIATION)) {
                return false;
            }
        }
        return true;
    }
}
