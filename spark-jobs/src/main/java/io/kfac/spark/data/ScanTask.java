package io.kfac.spark.data;

import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction2;

/** A {@link TableScan} of one task: rows to chunks, chunks to {@link RowSums}, which it returns as bytes. */
final class ScanTask extends AbstractFunction2<TaskContext, Iterator<InternalRow>, byte[]> implements Serializable {
    private static final long serialVersionUID = 1L;

    private final boolean readsFiles;
    private final NumberReader[] numbers;
    private final TextReader[] categories;
    private final IdReader[] unit;
    private final int limit;
    private final byte[] sums;

    ScanTask(
            boolean readsFiles,
            NumberReader[] numbers,
            TextReader[] categories,
            Optional<IdReader> unit,
            int limit,
            RowSums<?> sums) {
        this.readsFiles = readsFiles;
        this.numbers = numbers;
        this.categories = categories;
        this.unit = unit.stream().toArray(IdReader[]::new);
        this.limit = limit;
        this.sums = Portable.toBytes(sums);
    }

    @Override
    public byte[] apply(TaskContext context, Iterator<InternalRow> rows) {
        RowSums<?> mine = Portable.fromBytes(sums, RowSums.class);
        ColumnChunk chunk = new ColumnChunk(numbers.length, categories.length, limit);
        SegmentTracker tracker = new SegmentTracker(readsFiles);
        long elsewhere = RowHash.mix(context.partitionId());
        while (rows.hasNext()) {
            InternalRow row = rows.next();
            tracker.advance();
            for (int j = 0; j < numbers.length; j++) {
                chunk.setNumber(j, number(numbers[j], row));
            }
            for (int j = 0; j < categories.length; j++) {
                TextReader reader = categories[j];
                chunk.setCode(j, reader.isMissing(row) ? ColumnChunk.MISSING : chunk.code(j, reader.read(row)));
            }
            long place = RowHash.mix(tracker.place(elsewhere) + tracker.position());
            chunk.endRow(place, unit.length > 0 ? unit(row) : place);
            if (chunk.isFull()) {
                mine.add(chunk);
                chunk.clear();
            }
        }
        mine.add(chunk);
        mine.finish(chunk);
        return Portable.toBytes(mine);
    }

    private static double number(NumberReader reader, InternalRow row) {
        if (reader.isMissing(row)) {
            return Double.NaN;
        }
        double x = reader.read(row);
        return Math.abs(x) <= Double.MAX_VALUE ? x : Double.POSITIVE_INFINITY;
    }

    /** Rows without a unit are one. */
    private long unit(InternalRow row) {
        return unit[0].isMissing(row) ? 0 : RowHash.mix(unit[0].read(row));
    }
}
