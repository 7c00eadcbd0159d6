package io.kfac.spark.data;

import io.kfac.linalg.Precision;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
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
    private final RowIds ids;
    private final RowNumber weights;
    private final RowNumber offsets;
    private final LabelReader[] labels;
    private final FeatureDecoder features;
    private final BlockLayout layout;
    private final int targets;
    private final HoldOut[] holdOut;
    private final int chunkRows;

    /** @param rowBytes of a row, about */
    SpreadTask(
            boolean readsFiles,
            RowIds ids,
            RowNumber weights,
            RowNumber offsets,
            Optional<LabelReader> labels,
            FeatureDecoder features,
            BlockLayout layout,
            int targets,
            Optional<HoldOut> holdOut,
            double rowBytes) {
        this.readsFiles = readsFiles;
        this.ids = ids;
        this.weights = weights;
        this.offsets = offsets;
        this.labels = labels.stream().toArray(LabelReader[]::new);
        this.features = features;
        this.layout = layout;
        this.targets = targets;
        this.holdOut = holdOut.stream().toArray(HoldOut[]::new);
        long chunk = Math.max(LEAST_CHUNK_BYTES, Math.min(MOST_CHUNK_BYTES, TASK_BYTES / (2L * targets)));
        this.chunkRows = (int) Math.max(1, Math.min(layout.blockRows(), chunk / Math.max(1, (long) rowBytes)));
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
        private final ChunkBuilder[] open = new ChunkBuilder[(1 + holdOut.length) * targets];
        private final Queue<Tuple2<Integer, byte[]>> ready = new ArrayDeque<>();
        private final float[] floats = new float[layout.sparse() ? 0 : layout.width()];
        private final double[] doubles = new double[layout.sparse() ? 0 : layout.width()];
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
            long id = ids.id(row, source, tracker);
            int part = holdOut.length > 0 && holdOut[0].holds(id) ? 1 : 0;
            int key = part * targets + RowHash.partition(id, targets);
            if (open[key] == null) {
                open[key] = new ChunkBuilder(layout, part, chunkRows);
            }
            ChunkBuilder chunk = open[key];
            chunk.id(id);
            if (layout.weighted()) {
                chunk.weight(weights.read(row));
            }
            if (layout.shifted()) {
                chunk.offset(offsets.read(row));
            }
            switch (layout.target()) {
                case CLASSES -> chunk.label(labels[0].readClass(row));
                case VALUES -> chunk.target(labels[0].readValue(row));
                case INPUTS -> {}
            }
            if (layout.sparse()) {
                chunk.features(features.sparse(row));
            } else if (layout.precision() == Precision.FLOAT) {
                features.dense(row, floats, 0);
                chunk.features(floats);
            } else {
                features.dense(row, doubles, 0);
                chunk.features(doubles);
            }
            chunk.endRow();
            if (chunk.isFull()) {
                emit(key);
            }
        }

        private void emit(int key) {
            ready.add(new Tuple2<>(key % targets, open[key].take(source, sequence++)));
        }
    }
}
