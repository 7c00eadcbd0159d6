package io.kfac.spark.data;

import java.io.Serializable;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction2;

/** Makes blocks of the rows of one partition of the table, which stay where they are, in the table's order. */
final class BlockTask
        extends AbstractFunction2<
                Object, scala.collection.Iterator<InternalRow>, scala.collection.Iterator<CachedBlock>>
        implements Serializable {
    private static final long serialVersionUID = 1L;

    private final boolean readsFiles;
    private final RowWriter writer;
    private final long[] partitionRows;

    /** @param partitionRows of each partition of the table */
    BlockTask(boolean readsFiles, RowWriter writer, long[] partitionRows) {
        this.readsFiles = readsFiles;
        this.writer = writer;
        this.partitionRows = partitionRows;
    }

    @Override
    public scala.collection.Iterator<CachedBlock> apply(Object partition, scala.collection.Iterator<InternalRow> rows) {
        return CollectionConverters.asScala(new Blocks((Integer) partition, rows));
    }

    /** Full blocks as they come, the rest at the end. */
    private final class Blocks implements Iterator<CachedBlock> {
        private final int partition;
        private final scala.collection.Iterator<InternalRow> rows;
        private final SegmentTracker tracker = new SegmentTracker(readsFiles);
        private final RowBuilder[] open = new RowBuilder[writer.parts()];
        private long left;

        Blocks(int partition, scala.collection.Iterator<InternalRow> rows) {
            this.partition = partition;
            this.rows = rows;
            this.left = partitionRows[partition];
        }

        @Override
        public boolean hasNext() {
            return rows.hasNext() || firstOpen() < open.length;
        }

        @Override
        public CachedBlock next() {
            while (rows.hasNext()) {
                InternalRow row = rows.next();
                tracker.advance();
                long id = writer.id(row, partition, tracker);
                int part = writer.part(id);
                if (open[part] == null) {
                    // Should the table have more rows than were counted, that is found out where all are counted again.
                    int most = (int) Math.max(1, Math.min(writer.layout().blockRows(), left));
                    open[part] = RowBuilder.ofBlock(writer.layout(), part, most);
                }
                writer.write(row, id, open[part]);
                left--;
                if (open[part].isFull()) {
                    return close(part);
                }
            }
            int part = firstOpen();
            if (part == open.length) {
                throw new NoSuchElementException();
            }
            return close(part);
        }

        private int firstOpen() {
            int part = 0;
            while (part < open.length && open[part] == null) {
                part++;
            }
            return part;
        }

        private CachedBlock close(int part) {
            CachedBlock block = open[part].block();
            open[part] = null;
            return block;
        }
    }
}
