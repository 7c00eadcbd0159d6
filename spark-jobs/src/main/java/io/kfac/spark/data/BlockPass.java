package io.kfac.spark.data;

import java.io.Serializable;
import org.apache.spark.Partitioner;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.storage.StorageLevel;
import scala.collection.Iterator;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;

/** The second pass over a table: rows become cached blocks, in partitions that are alike. */
final class BlockPass {
    private final SourceRows source;
    private final RowWriter writer;

    BlockPass(SourceRows source, RowWriter writer) {
        this.source = source;
        this.writer = writer;
    }

    /**
     * Cached blocks and what they hold.
     * @param rows  by part: training rows, held out rows
     * @param bytes of features, by part
     */
    record Blocks(RDD<CachedBlock> cached, long[] rows, long[] bytes) {}

    /** Of rows that stay where they are. @param partitionRows of each partition of the table */
    Blocks inPlace(PartitionGroups groups, long[] partitionRows) {
        RDD<InternalRow> rows = source.rows().rdd();
        BlockTask task = new BlockTask(source.readsFiles(), writer, partitionRows);
        ClassTag<CachedBlock> tag = ClassTag$.MODULE$.apply(CachedBlock.class);
        return cache(groups.of(rows.mapPartitionsWithIndex(task, true, tag)));
    }

    /** Of rows that are sent to as many partitions by their hashed ids. @param rowBytes of a row, about */
    Blocks spread(int partitions, double rowBytes) {
        SpreadTask spread = new SpreadTask(source.readsFiles(), writer, partitions, rowBytes);
        JavaPairRDD<Integer, byte[]> chunks =
                source.rows().mapPartitionsWithIndex(spread, true).mapToPair(chunk -> chunk);
        // Into one partition nothing need be shuffled.
        JavaPairRDD<Integer, byte[]> sent =
                partitions == 1 ? chunks.coalesce(1, false) : chunks.partitionBy(new ByKey(partitions));
        return cache(sent.mapPartitions(new AssembleTask(writer.layout(), writer.parts()))
                .rdd());
    }

    private Blocks cache(RDD<CachedBlock> made) {
        RDD<CachedBlock> blocks = made.persist(StorageLevel.MEMORY_AND_DISK());
        boolean done = false;
        try {
            ClassTag<long[]> tag = ClassTag$.MODULE$.apply(long[].class);
            long[][] counts = (long[][]) blocks.context().runJob(blocks, new Count(), tag);
            long[] rows = new long[writer.parts()];
            long[] bytes = new long[writer.parts()];
            for (long[] count : counts) {
                for (int part = 0; part < rows.length; part++) {
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

    /** Makes a partition's blocks, and counts their rows and bytes. */
    private static final class Count extends AbstractFunction2<TaskContext, Iterator<CachedBlock>, long[]>
            implements Serializable {
        private static final long serialVersionUID = 1L;

        @Override
        public long[] apply(TaskContext context, Iterator<CachedBlock> blocks) {
            long[] counts = new long[4];
            while (blocks.hasNext()) {
                CachedBlock block = blocks.next();
                counts[2 * block.part()] += block.batch().rows();
                counts[2 * block.part() + 1] += block.batch().features().bytes();
            }
            return counts;
        }
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
