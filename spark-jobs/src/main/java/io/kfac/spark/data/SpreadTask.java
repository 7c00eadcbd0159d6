package io.kfac.spark.data;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.Tuple2;

/**
 * Encodes the rows of one partition of the table and spreads them over the target partitions by hashed row id, in
 * chunks of bytes. Rows stay in order within a target.
 */
final class SpreadTask implements Function2<Integer, Iterator<InternalRow>, Iterator<Tuple2<Integer, byte[]>>> {
    private static final long serialVersionUID = 1L;
    /** Memory of a task for chunks that are not full yet, and bounds of one chunk. */
    private static final long TASK_BYTES = 64L << 20;

    private static final long MOST_CHUNK_BYTES = 1L << 20;
    private static final long LEAST_CHUNK_BYTES = 1L << 14;

    private final boolean readsFiles;
    private final RowWriter writer;
    private final int targets;
    private final int chunkRows;

    /** @param rowBytes of a row, about */
    SpreadTask(boolean readsFiles, RowWriter writer, int targets, double rowBytes) {
        this.readsFiles = readsFiles;
        this.writer = writer;
        this.targets = targets;
        long chunk = Math.max(LEAST_CHUNK_BYTES, Math.min(MOST_CHUNK_BYTES, TASK_BYTES / (2L * targets)));
        this.chunkRows = (int) Math.max(1, Math.min(writer.layout().blockRows(), chunk / Math.max(1, (long) rowBytes)));
    }

    @Override
    public Iterator<Tuple2<Integer, byte[]>> call(Integer partition, Iterator<InternalRow> rows) {
        return new Chunks(partition, rows);
    }

    /** Full chunks as they come, the rest at the end. */
    private final class Chunks implements Iterator<Tuple2<Integer, byte[]>> {
        private final int source;
        private final Iterator<InternalRow> rows;
        private final SegmentTracker tracker = new SegmentTracker(readsFiles);
        private final RowBuilder[] open = new RowBuilder[writer.parts() * targets];
        private final Queue<Tuple2<Integer, byte[]>> ready = new ArrayDeque<>();
        private int sequence;
        private boolean flushed;

        Chunks(int source, Iterator<InternalRow> rows) {
            this.source = source;
            this.rows = rows;
        }

        @Override
        public boolean hasNext() {
            while (ready.isEmpty() && rows.hasNext()) {
                InternalRow row = rows.next();
                tracker.advance();
                add(row);
            }
            if (ready.isEmpty() && !flushed) {
                flushed = true;
                for (int k = 0; k < open.length; k++) {
                    if (open[k] != null && !open[k].isEmpty()) {
                        emit(k);
                    }
                    open[k] = null;
                }
            }
            return !ready.isEmpty();
        }

        @Override
        public Tuple2<Integer, byte[]> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return ready.remove();
        }

        private void add(InternalRow row) {
            long id = writer.id(row, source, tracker);
            int part = writer.part(id);
            int key = part * targets + RowHash.partition(id, targets);
            if (open[key] == null) {
                open[key] = RowBuilder.ofChunks(writer.layout(), part, chunkRows);
            }
            writer.write(row, id, open[key]);
            if (open[key].isFull()) {
                emit(key);
            }
        }

        private void emit(int key) {
            ready.add(new Tuple2<>(key % targets, open[key].take(source, sequence++)));
        }
    }
}
