package io.kfac.spark.data;

import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.Partition;
import org.apache.spark.rdd.PartitionCoalescer;
import org.apache.spark.rdd.PartitionGroup;
import org.apache.spark.rdd.RDD;

/**
 * Consecutive partitions of a table put together, each group about as large as the others. Spark's own choice of what to put together
 * depends on where partitions are cached at the moment, and so would the order in which sums over rows are taken.
 */
final class PartitionGroups implements PartitionCoalescer, Serializable {
    private static final long serialVersionUID = 1L;
    /** The largest group, which a job waits for, may have so many rows more than the mean. */
    private static final double SLACK = 0.1;

    private final int[] ends;

    private PartitionGroups(int[] ends) {
        this.ends = ends;
    }

    /**
     * @param rows of each partition
     * @param groups how many
     * @return empty where some partition has too few rows for blocks of its own, or groups would be too unequal
     */
    static Optional<PartitionGroups> of(long[] rows, int groups) {
        long total = 0;
        for (long count : rows) {
            if (count < BlockOptions.LEAST_ROWS_A_PARTITION) {
                return Optional.empty();
            }
            total += count;
        }
        if (rows.length < groups) {
            return Optional.empty();
        }
        double mean = (double) total / groups;
        int[] ends = new int[groups];
        int end = 0;
        double before = 0;
        for (int g = 0; g < groups; g++) {
            double sum = 0;
            int left = groups - 1 - g;
            // To where the rows so far come closest to their share.
            while (end < rows.length - left
                    && (sum == 0 || left == 0 || before + sum + rows[end] / 2.0 <= (g + 1) * mean)) {
                sum += rows[end++];
            }
            if (sum > (1 + SLACK) * mean) {
                return Optional.empty();
            }
            before += sum;
            ends[g] = end;
        }
        return Optional.of(new PartitionGroups(ends));
    }

    /** Of partitions whose rows were not counted: of as many partitions each, to within one. */
    static PartitionGroups consecutive(int partitions, int groups) {
        int[] ends = new int[groups];
        for (int g = 0; g < groups; g++) {
            ends[g] = (int) ((g + 1L) * partitions / groups);
        }
        return new PartitionGroups(ends);
    }

    /** Of each group: the number of the first partition that is not in it, nor in those before. */
    int[] ends() {
        return ends.clone();
    }

    /** Groups of the partitions, rows in order. */
    <T> RDD<T> of(RDD<T> table) {
        return ends.length == table.getNumPartitions()
                ? table
                : table.coalesce(ends.length, false, scala.Option.apply(this), null);
    }

    @Override
    public PartitionGroup[] coalesce(int maxPartitions, RDD<?> parent) {
        Partition[] partitions = parent.partitions();
        PartitionGroup[] groups = new PartitionGroup[ends.length];
        int next = 0;
        for (int g = 0; g < groups.length; g++) {
            groups[g] = new PartitionGroup(
                    parent.preferredLocations(partitions[next]).headOption());
            while (next < ends[g]) {
                groups[g].partitions().addOne(partitions[next++]);
            }
        }
        return groups;
    }
}
