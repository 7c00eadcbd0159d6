package io.kfac.spark.ml;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.Platform;

/**
 * Copies of some rows, whose iterator reuses them, with columns of numbers and dense vectors added at the end: laid out as Spark's own
 * rows, in memory that is itself reused for the next ones. An {@link UnsafeRow} is a set of null bits, 8 bytes a column, and then what
 * does not fit into 8 bytes; of such columns the 8 bytes hold offset and size.
 */
final class WiderRows {
    private final int fields;
    private final int addedFields;
    private final int nullBytes;
    private final int fixedBytes;
    private final int widerNullBytes;
    private final int widerFixedBytes;
    /** Columns whose 8 bytes are an offset, which grows. */
    private final int[] moved;

    private final int[] sizes;
    /** A row of the added columns alone: all but their numbers. */
    private final UnsafeRow template;

    private final int templateFixedBytes;
    /** Of each added vector: where in the template its numbers begin. */
    private final int[] numbersAt;

    private final List<UnsafeRow> views = new ArrayList<>();
    private int size;
    private byte[] bytes = new byte[1 << 16];
    private int used;

    /** @param sizes of the added columns, as {@link BlockColumns.Answers#sizes} has them */
    WiderRows(StructType schema, StructType added, int[] sizes) {
        this.fields = schema.length();
        this.addedFields = added.length();
        this.sizes = sizes.clone();
        this.nullBytes = UnsafeRow.calculateBitSetWidthInBytes(fields);
        this.fixedBytes = nullBytes + 8 * fields;
        this.widerNullBytes = UnsafeRow.calculateBitSetWidthInBytes(fields + addedFields);
        this.widerFixedBytes = widerNullBytes + 8 * (fields + addedFields);
        StructField[] columns = schema.fields();
        this.moved = java.util.stream.IntStream.range(0, fields)
                .filter(i -> !UnsafeRow.isFixedLength(columns[i].dataType()))
                .toArray();
        this.template = template(added, sizes);
        this.templateFixedBytes = UnsafeRow.calculateBitSetWidthInBytes(addedFields) + 8 * addedFields;
        this.numbersAt = new int[sizes.length];
        for (int k = 0; k < sizes.length; k++) {
            if (sizes[k] != BlockColumns.Answers.NUMBER) {
                UnsafeArrayData array = template.getStruct(k, 4).getArray(3);
                int header = UnsafeArrayData.calculateHeaderPortionInBytes(sizes[k]);
                numbersAt[k] = (int) (array.getBaseOffset() - template.getBaseOffset()) + header;
            }
        }
    }

    private static UnsafeRow template(StructType added, int[] sizes) {
        Object[] values = new Object[sizes.length];
        byte dense = 1;
        for (int k = 0; k < sizes.length; k++) {
            values[k] = sizes[k] == BlockColumns.Answers.NUMBER
                    ? (Object) 0.0
                    : new GenericInternalRow(
                            new Object[] {dense, null, null, UnsafeArrayData.fromPrimitiveArray(new double[sizes[k]])});
        }
        return UnsafeProjection.create(added)
                .apply((InternalRow) new GenericInternalRow(values))
                .copy();
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
        used = 0;
    }

    void add(UnsafeRow row) {
        int rest = row.getSizeInBytes() - fixedBytes;
        int more = template.getSizeInBytes() - templateFixedBytes;
        int length = Math.addExact(Math.addExact(widerFixedBytes, rest), more);
        reserve(length);
        long to = (long) Platform.BYTE_ARRAY_OFFSET + used;
        long from = row.getBaseOffset();
        Platform.putLong(bytes, to + widerNullBytes - 8L, 0); // The other bits are overwritten.
        Platform.copyMemory(row.getBaseObject(), from, bytes, to, nullBytes);
        Platform.copyMemory(row.getBaseObject(), from + nullBytes, bytes, to + widerNullBytes, 8L * fields);
        long shift = (long) widerFixedBytes - fixedBytes;
        for (int column : moved) {
            long at = to + widerNullBytes + 8L * column;
            long offsetAndSize = Platform.getLong(bytes, at);
            if (offsetAndSize != 0) { // else null
                Platform.putLong(bytes, at, offsetAndSize + (shift << 32));
            }
        }
        Platform.copyMemory(row.getBaseObject(), from + fixedBytes, bytes, to + widerFixedBytes, rest);
        long moreAt = (long) widerFixedBytes + rest;
        for (int k = 0; k < addedFields; k++) {
            if (sizes[k] != BlockColumns.Answers.NUMBER) {
                long offsetAndSize = template.getLong(k) + ((moreAt - templateFixedBytes) << 32);
                Platform.putLong(bytes, to + widerNullBytes + 8L * (fields + k), offsetAndSize);
            }
        }
        Platform.copyMemory(
                template.getBaseObject(), template.getBaseOffset() + templateFixedBytes, bytes, to + moreAt, more);
        view().pointTo(bytes, to, length);
        used += length;
        size++;
    }

    /** Rows that are here already keep the array that they point into. */
    private void reserve(int length) {
        if (length > bytes.length - used) {
            int longer = (int) Math.min(Integer.MAX_VALUE - 8, Math.max(2L * bytes.length, length));
            bytes = new byte[longer];
            used = 0;
        }
    }

    private UnsafeRow view() {
        if (views.size() == size) {
            views.add(new UnsafeRow(fields + addedFields));
        }
        return views.get(size);
    }

    /** A row with its added numbers, valid until {@link #clear}. @param values of all added columns, one after another */
    UnsafeRow get(int index, double[] values) {
        UnsafeRow row = views.get(index);
        Object base = row.getBaseObject();
        long end = row.getBaseOffset() + row.getSizeInBytes() - template.getSizeInBytes();
        int next = 0;
        for (int k = 0; k < addedFields; k++) {
            if (sizes[k] == BlockColumns.Answers.NUMBER) {
                row.setDouble(fields + k, values[next++]);
            } else {
                Platform.copyMemory(
                        values, Platform.DOUBLE_ARRAY_OFFSET + 8L * next, base, end + numbersAt[k], 8L * sizes[k]);
                next += sizes[k];
            }
        }
        return row;
    }
}
