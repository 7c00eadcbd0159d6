package io.kfac.spark.data;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.FlatMapFunction;
import scala.Tuple2;

/** Makes the blocks of one partition from the chunks that were sent to it: training rows first, then held out ones. */
final class AssembleTask implements FlatMapFunction<Iterator<Tuple2<Integer, byte[]>>, CachedBlock> {
    private static final long serialVersionUID = 1L;

    private final BlockLayout layout;
    private final int parts;

    AssembleTask(BlockLayout layout, int parts) {
        this.layout = layout;
        this.parts = parts;
    }

    @Override
    public Iterator<CachedBlock> call(Iterator<Tuple2<Integer, byte[]>> sent) {
        List<List<RowChunk>> chunks = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            chunks.add(new ArrayList<>());
        }
        while (sent.hasNext()) {
            RowChunk chunk = new RowChunk(layout, sent.next()._2());
            chunks.get(chunk.part()).add(chunk);
        }
        return new Blocks(chunks);
    }

    /** Blocks one by one, so that the cache can write early ones to disk if memory is short. */
    private final class Blocks implements Iterator<CachedBlock> {
        private final List<RowOrder> orders;
        private int part;
        private int next;

        Blocks(List<List<RowChunk>> chunks) {
            this.orders = chunks.stream().map(RowOrder::new).toList();
        }

        @Override
        public boolean hasNext() {
            while (part < parts && next >= orders.get(part).rows()) {
                part++;
                next = 0;
            }
            return part < parts;
        }

        @Override
        public CachedBlock next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            RowOrder order = orders.get(part);
            int end = Math.min(next + layout.blockRows(), order.rows());
            CachedBlock block = new CachedBlock(part, new BlockAssembler(layout, order).block(next, end));
            next = end;
            return block;
        }
    }
}
