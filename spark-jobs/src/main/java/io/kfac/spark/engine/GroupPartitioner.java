package io.kfac.spark.engine;

import org.apache.spark.Partitioner;

/** Keys are the numbers of partitions. */
final class GroupPartitioner extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final int groups;

    GroupPartitioner(int groups) {
        this.groups = groups;
    }

    @Override
    public int numPartitions() {
        return groups;
    }

    @Override
    public int getPartition(Object key) {
        return (Integer) key;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GroupPartitioner that && that.groups == groups;
    }

    @Override
    public int hashCode() {
        return groups;
    }
}
