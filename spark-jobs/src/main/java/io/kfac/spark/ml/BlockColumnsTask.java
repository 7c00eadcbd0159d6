package io.kfac.spark.ml;

import io.kfac.spark.data.BlockEncoder;
import java.io.Serializable;
import java.util.Arrays;
import java.util.NoSuchElementException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.StructType;
import scala.collection.AbstractIterator;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction1;

/** What a task does with the rows of its partition: takes in a block, and gives its rows on with their answers. */
final class BlockColumnsTask extends AbstractFunction1<Iterator<InternalRow>, Iterator<InternalRow>>
        implements Serializable {
    private static final long serialVersionUID = 1L;
    /** Features of a block, about: they and their rows stay in a core's cache. */
    private static final int BLOCK_BYTES = 1 << 18;

    private static final int LEAST_ROWS = 32;
    private static final int MOST_ROWS = 4_096;

    private final BlockColumns.Answers answers;
    private final String features;
    private final int width;
    private final StructType schema;
    private final StructType added;
    private final BlockEncoder encoder;
    private final int ordinal;

    /** @param schema of the rows that come, inputs by their names @param added the new columns */
    BlockColumnsTask(BlockColumns columns, StructType schema, StructType added) {
        this.answers = columns.answers();
        this.features = columns.features();
        this.width = columns.width();
        this.schema = schema;
        this.added = added;
        this.encoder = BlockEncoder.of(schema, columns.encoding(), "the table");
        this.ordinal = schema.fieldIndex(columns.features());
    }

    @Override
    public Iterator<InternalRow> apply(Iterator<InternalRow> rows) {
        return new Answered(rows);
    }

    /** Rows with their answers, a block ahead of whoever asks. */
    private final class Answered extends AbstractIterator<InternalRow> {
        private final Iterator<InternalRow> rows;
        private final BlockColumns.RowAnswers answers = BlockColumnsTask.this.answers.start();
        private final UnsafeProjection toUnsafe = UnsafeProjection.create(schema);
        private final WiderRows block;
        private final double[] values;
        private final int most;
        private int next;

        Answered(Iterator<InternalRow> rows) {
            this.rows = rows;
            int[] sizes = BlockColumnsTask.this.answers.sizes();
            this.block = new WiderRows(schema, added, sizes);
            this.values = new double
                    [Arrays.stream(sizes).map(size -> Math.max(1, size)).sum()];
            this.most = Math.max(LEAST_ROWS, Math.min(MOST_ROWS, BLOCK_BYTES / (Double.BYTES * width + 1)));
        }

        @Override
        public boolean hasNext() {
            return next < block.size() || rows.hasNext();
        }

        @Override
        public InternalRow next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            if (next == block.size()) {
                fill();
            }
            if (values.length > 0) {
                answers.row(next, values);
            }
            return block.get(next++, values);
        }

        private void fill() {
            block.clear();
            next = 0;
            while (block.size() < most && rows.hasNext()) {
                InternalRow row = rows.next();
                check(row);
                encoder.add(row);
                block.add(row instanceof UnsafeRow unsafe ? unsafe : toUnsafe.apply(row));
            }
            answers.take(encoder.take());
        }

        private void check(InternalRow row) {
            if (row.isNullAt(ordinal)) {
                throw new IllegalArgumentException(Messages.missing(features));
            }
            InternalRow vector = row.getStruct(ordinal, 4);
            int size = vector.getByte(0) == 0
                    ? vector.getInt(1)
                    : vector.getArray(3).numElements();
            if (size != width) {
                throw new IllegalArgumentException(Messages.size(size, width));
            }
        }
    }
}
