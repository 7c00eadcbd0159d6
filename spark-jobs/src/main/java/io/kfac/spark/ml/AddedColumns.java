package io.kfac.spark.ml;

import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeArrayWriter;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeRowWriter;
import org.apache.spark.unsafe.Platform;

/** Columns of numbers and of dense vectors as they stand at the end of a row, all but their numbers, in words of 8 bytes. */
final class AddedColumns {
    private final int[] sizes;
    /** Of each vector: offset in {@link #vectors}, in bytes, and size. */
    private final long[] places;

    private final double[] vectors;
    /** Of each vector: where in {@link #vectors} its numbers begin. */
    private final int[] numbers;

    /** @param sizes as {@link BlockColumns.Answers#sizes} has them */
    AddedColumns(int[] sizes) {
        this.sizes = sizes.clone();
        this.places = new long[sizes.length];
        this.numbers = new int[sizes.length];
        UnsafeRow row = row(sizes);
        int fixed = UnsafeRow.calculateBitSetWidthInBytes(sizes.length) + 8 * sizes.length;
        this.vectors = new double[(row.getSizeInBytes() - fixed) / 8];
        Platform.copyMemory(
                row.getBaseObject(),
                row.getBaseOffset() + fixed,
                vectors,
                Platform.DOUBLE_ARRAY_OFFSET,
                8L * vectors.length);
        for (int k = 0; k < sizes.length; k++) {
            if (isVector(k)) {
                places[k] = row.getLong(k) - ((long) fixed << 32);
                UnsafeArrayData array = row.getStruct(k, 4).getArray(3);
                int header = UnsafeArrayData.calculateHeaderPortionInBytes(sizes[k]);
                numbers[k] = (int) (array.getBaseOffset() - row.getBaseOffset() - fixed + header) / 8;
            }
        }
    }

    private static UnsafeRow row(int[] sizes) {
        UnsafeRowWriter row = new UnsafeRowWriter(sizes.length);
        row.resetRowWriter();
        for (int k = 0; k < sizes.length; k++) {
            if (sizes[k] == BlockColumns.Answers.NUMBER) {
                row.write(k, 0.0);
            } else {
                int start = row.cursor();
                vector(row, sizes[k]);
                row.setOffsetAndSizeFromPreviousCursor(k, start);
            }
        }
        return row.getRow();
    }

    /** As spark.ml stores vectors: (type: 0 sparse, 1 dense; size; indices; values). */
    private static void vector(UnsafeRowWriter row, int size) {
        UnsafeRowWriter vector = new UnsafeRowWriter(row, 4);
        vector.resetRowWriter();
        byte dense = 1;
        vector.write(0, dense);
        vector.setNullAt(1);
        vector.setNullAt(2);
        int start = vector.cursor();
        UnsafeArrayWriter values = new UnsafeArrayWriter(vector, Double.BYTES);
        values.initialize(size);
        for (int j = 0; j < size; j++) {
            values.write(j, 0.0);
        }
        vector.setOffsetAndSizeFromPreviousCursor(3, start);
    }

    private boolean isVector(int column) {
        return sizes[column] != BlockColumns.Answers.NUMBER;
    }

    /** Of the vectors. */
    int words() {
        return vectors.length;
    }

    /**
     * Writes the columns into a row.
     * @param row     where it begins in {@code memory}
     * @param columns where the columns' own words begin
     * @param vectors where their vectors are to begin
     */
    void write(double[] memory, int row, int columns, int vectors) {
        System.arraycopy(this.vectors, 0, memory, vectors, this.vectors.length);
        for (int k = 0; k < sizes.length; k++) {
            if (isVector(k)) {
                long place = places[k] + ((8L * (vectors - row)) << 32);
                Platform.putLong(memory, Platform.DOUBLE_ARRAY_OFFSET + 8L * (columns + k), place);
            }
        }
    }

    /** at = where the numbers of each column begin. @param columns as in {@link #write} @param vectors as there */
    void numbersAt(int columns, int vectors, int[] at) {
        for (int k = 0; k < sizes.length; k++) {
            at[k] = isVector(k) ? vectors + numbers[k] : columns + k;
        }
    }
}
