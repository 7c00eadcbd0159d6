package io.kfac.spark.ml;

import io.kfac.spark.data.BlockEncoder;
import java.io.Serializable;
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
    private final BlockColumns.Answers answers;
    private final String features;
    private final int width;
    private final StructType schema;
    private final BlockEncoder encoder;
    private final int ordinal;

    /** @param schema of the rows that come, inputs by their names */
    BlockColumnsTask(BlockColumns columns, StructType schema) {
        this.answers = columns.answers();
        this.features = columns.features();
        this.width = columns.width();
        this.schema = schema;
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
        /** Most operators of Spark give such rows already, and making it compiles code. */
        private UnsafeProjection toUnsafe;

        private final WiderRows block;
        private int next;
        /** One that the block before had no room for. */
        private UnsafeRow row;

        private boolean waits;

        Answered(Iterator<InternalRow> rows) {
            this.rows = rows;
            this.block = new WiderRows(
                    schema,
                    BlockColumnsTask.this.answers.sizes(),
                    ordinal,
                    width,
                    encoder.denseColumns(),
                    encoder.isVerbatim());
        }

        @Override
        public boolean hasNext() {
            return next < block.size() || waits || rows.hasNext();
        }

        @Override
        public InternalRow next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            if (next == block.size()) {
                fill();
            }
            return block.get(next++, answers);
        }

        private void fill() {
            block.clear();
            next = 0;
            do {
                if (!waits) {
                    InternalRow from = rows.next();
                    row = from instanceof UnsafeRow unsafe ? unsafe : toUnsafe(from);
                }
                waits = !take(row);
            } while (!waits && rows.hasNext());
            answers.take(encoder.take(block.memory(), block.featuresAt(0), block.stride()));
        }

        /** @return false if the block has no room for it */
        private boolean take(UnsafeRow row) {
            int vector = block.denseVector(row);
            if (vector == WiderRows.NONE) {
                check(row);
            }
            int index = block.size();
            if (!block.add(row, vector)) {
                return false;
            }
            if (vector == WiderRows.NONE) {
                encoder.add(row, block.memory(), block.featuresAt(index));
            } else {
                encoder.addVerbatim(row, block.memory(), block.featuresAt(index));
            }
            return true;
        }

        private UnsafeRow toUnsafe(InternalRow row) {
            if (toUnsafe == null) {
                toUnsafe = UnsafeProjection.create(schema);
            }
            return toUnsafe.apply(row);
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
