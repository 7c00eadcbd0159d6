package io.kfac.spark.data;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.storage.StorageLevel;

/**
 * The second pass over a table: rows become blocks, cached in partitions that are alike whatever the order of the
 * table.
 */
final class BlockPass {
    private BlockPass() {}

    /**
     * Cached blocks and what they hold.
     * @param rows  by part: training rows, held out rows
     * @param bytes of features, by part
     */
    record Blocks(JavaRDD<CachedBlock> cached, long[] rows, long[] bytes) {}

    static Blocks run(
            SourceRows source, SpreadTask spread, BlockLayout layout, int partitions, Optional<HoldOut> holdOut) {
        int parts = holdOut.isPresent() ? 2 : 1;
        JavaPairRDD<Integer, byte[]> chunks =
                source.rows().mapPartitionsWithIndex(spread, true).mapToPair(chunk -> chunk);
        // Into one partition nothing need be shuffled.
        JavaPairRDD<Integer, byte[]> sent =
                partitions == 1 ? chunks.coalesce(1, false) : chunks.partitionBy(new ByKey(partitions));
        JavaRDD<CachedBlock> blocks =
                sent.mapPartitions(new AssembleTask(layout, parts)).persist(StorageLevel.MEMORY_AND_DISK());
        boolean done = false;
        try {
            List<long[]> counts = blocks.mapPartitions(BlockPass::count).collect();
            long[] rows = new long[parts];
            long[] bytes = new long[parts];
            for (long[] count : counts) {
                for (int part = 0; part < parts; part++) {
                    rows[part] += count[2 * part];
                    bytes[part] += count[2 * part + 1];
                }
            }
            done = true;
            return new Blocks(blocks, rows, bytes);
        } finally {
            if (!done) {
                blocks.unpersist(false);
            }
        }
    }

    private static Iterator<long[]> count(Iterator<CachedBlock> blocks) {
        long[] counts = new long[4];
        while (blocks.hasNext()) {
            CachedBlock block = blocks.next();
            counts[2 * block.part()] += block.batch().rows();
            counts[2 * block.part() + 1] += block.batch().features().bytes();
        }
        return List.of(counts).iterator();
    }

    /** The key is the partition. */
    private static final class ByKey extends Partitioner {
        private static final long serialVersionUID = 1L;
        private final int partitions;

        ByKey(int partitions) {
            this.partitions = partitions;
        }

        @Override
        public int numPartitions() {
            return partitions;
        }

        @Override
        public int getPartition(Object key) {
            return (Integer) key;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof ByKey that && that.partitions == partitions;
        }

        @Override
        public int hashCode() {
            return partitions;
        }
    }
}
