package io.kfac.spark.ml;

import java.util.stream.IntStream;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.Platform;

/**
 * Copies of some rows, whose iterator reuses them, with columns added at the end: laid out as Spark's own rows, in memory that is itself
 * reused for the next ones, and so that their features are the rows of a matrix. An {@link UnsafeRow} is a set of null bits, a word of 8
 * bytes a column, and then what does not fit into a word; of such columns the word holds offset and size, and their order is free.
 *
 * <p>Each row has a slot of the same number of words, and its features have the same place in all of them. A dense vector is copied once:
 * its row lies around its numbers. Other rows lie behind them.
 * <pre>
 *   null bits | columns | head of vector | numbers | 1 | added vectors | the rest
 *                                        | numbers | 1 | null bits | columns | added vectors | the rest
 * </pre>
 */
final class WiderRows {
    /** What {@link #denseVector} gives for a row without one. */
    static final int NONE = -1;

    /** About, of the features of a block: they and their rows stay in a core's cache. */
    private static final int FEATURE_WORDS = 1 << 16;

    private static final int LEAST_ROWS = 64;
    private static final int MOST_ROWS = 4_096;
    /** Of a block, where rows are so long that it is less than {@link #LEAST_ROWS}. */
    private static final int MOST_WORDS = 1 << 19;

    /** Spark stores a vector as a row of four columns, of which the last is an array. */
    private static final int VECTOR_WORDS = 5;

    private final int fields;
    private final int nullWords;
    private final int headWords;
    private final int widerNullWords;
    private final int widerHeadWords;
    /** Columns whose word is an offset, which changes. */
    private final int[] moved;

    private final AddedColumns added;
    private final int features;
    private final boolean around;
    /** Of a dense vector, its head included. */
    private final int vectorWords;

    private final int numbersAt;
    private final int numbers;
    private final UnsafeRow view;
    private final int[] answersAt;

    private double[] memory = {};
    /** Of a slot: words behind the features. */
    private int room;

    private int longest;
    private int stride;
    private int capacity;
    private int size;
    private int[] starts = {};
    private int[] words = {};
    private int[] addedAt = {};

    /**
     * @param features ordinal of the column of vectors
     * @param width    entries of such a vector
     * @param numbers  of each row, for features and the 1 of an intercept; 0 if the caller keeps them elsewhere
     * @param around   whether dense vectors are these features as they are
     */
    WiderRows(StructType schema, int[] added, int features, int width, int numbers, boolean around) {
        this.fields = schema.length();
        this.added = new AddedColumns(added);
        int widerFields = fields + added.length;
        this.nullWords = UnsafeRow.calculateBitSetWidthInBytes(fields) / 8;
        this.headWords = nullWords + fields;
        this.widerNullWords = UnsafeRow.calculateBitSetWidthInBytes(widerFields) / 8;
        this.widerHeadWords = widerNullWords + widerFields;
        StructField[] columns = schema.fields();
        this.moved = IntStream.range(0, fields)
                .filter(i -> !UnsafeRow.isFixedLength(columns[i].dataType()))
                .toArray();
        this.features = features;
        this.around = around;
        int vectorHead = VECTOR_WORDS + UnsafeArrayData.calculateHeaderPortionInBytes(width) / 8;
        this.vectorWords = vectorHead + width;
        this.numbersAt = around ? widerHeadWords + vectorHead : 0;
        this.numbers = numbers;
        this.view = new UnsafeRow(widerFields);
        this.answersAt = new int[added.length];
    }

    /** Where in the row, in bytes, the features' vector begins, if it is dense and has the right size; else {@link #NONE}. */
    int denseVector(UnsafeRow row) {
        long offsetAndSize = row.getLong(features);
        if (!around || (int) offsetAndSize != 8 * vectorWords || row.isNullAt(features)) {
            return NONE;
        }
        int from = (int) (offsetAndSize >>> 32);
        long vector = row.getBaseOffset() + from;
        boolean dense = Platform.getByte(row.getBaseObject(), vector + 8) == 1
                && Platform.getLong(row.getBaseObject(), vector + 32) >>> 32 == 8 * VECTOR_WORDS;
        return dense ? from : NONE;
    }

    /**
     * Copies a row, if there is room for it; always, if it is the first.
     * @param vector of the row, as {@link #denseVector} has it: else its features are to be written to {@link #featuresAt}
     */
    boolean add(UnsafeRow row, int vector) {
        int rest = row.getSizeInBytes() / 8 - headWords - (vector == NONE ? 0 : vectorWords);
        int behind = (vector == NONE ? widerHeadWords : 0) + added.words() + rest;
        if (size == 0) {
            layOut(behind);
        } else if (size == capacity || behind > room) {
            longest = Math.max(longest, behind);
            return false;
        }
        longest = Math.max(longest, behind);
        int behindFeatures = size * stride + numbersAt + numbers;
        int start = vector == NONE ? behindFeatures : size * stride;
        int vectors = vector == NONE ? start + widerHeadWords : behindFeatures;
        copyHead(row, start);
        int restAt = vectors + added.words();
        int cut = vector == NONE ? 8 * headWords : vector;
        int uncut = vector == NONE ? cut : vector + 8 * vectorWords;
        copyRest(row, cut, uncut, start, restAt);
        added.write(memory, start, start + widerNullWords + fields, vectors);
        starts[size] = start;
        words[size] = restAt + rest - start;
        addedAt[size] = vectors;
        size++;
        return true;
    }

    /** Null bits and the columns' words; there are no nulls among the columns that are added. */
    private void copyHead(UnsafeRow row, int start) {
        Object base = row.getBaseObject();
        long from = row.getBaseOffset();
        Platform.putLong(memory, address(start + widerNullWords - 1), 0);
        for (int k = 0; k < nullWords; k++) {
            Platform.putLong(memory, address(start + k), Platform.getLong(base, from + 8L * k));
        }
        from += 8L * nullWords;
        for (int k = 0; k < fields; k++) {
            Platform.putLong(memory, address(start + widerNullWords + k), Platform.getLong(base, from + 8L * k));
        }
    }

    /** What lies behind the columns' words, the bytes from {@code cut} to {@code uncut} before all else. */
    private void copyRest(UnsafeRow row, int cut, int uncut, int start, int restAt) {
        int head = 8 * headWords;
        copy(row, cut, uncut, start + widerHeadWords);
        copy(row, head, cut, restAt);
        copy(row, uncut, row.getSizeInBytes(), restAt + (cut - head) / 8);
        long shift = 8L * (restAt - start) - head;
        for (int column : moved) {
            long at = address(start + widerNullWords + column);
            long offsetAndSize = Platform.getLong(memory, at);
            if (offsetAndSize != 0) { // else null
                int from = (int) (offsetAndSize >>> 32);
                boolean inside = cut <= from && from < uncut;
                long by = inside ? 8L * widerHeadWords - cut : from < cut ? shift : shift - (uncut - cut);
                Platform.putLong(memory, at, offsetAndSize + (by << 32));
            }
        }
    }

    private void copy(UnsafeRow row, int from, int to, int at) {
        if (from < to) {
            Platform.copyMemory(row.getBaseObject(), row.getBaseOffset() + from, memory, address(at), (long) to - from);
        }
    }

    private static long address(int word) {
        return Platform.DOUBLE_ARRAY_OFFSET + 8L * word;
    }

    /** Slots with twice the room that rows took of late, so that few blocks end early. */
    private void layOut(int behind) {
        int most = Math.max(LEAST_ROWS, Math.min(MOST_ROWS, FEATURE_WORDS / (numbers + 1)));
        long slot = (long) numbersAt + numbers + 2L * Math.max(longest, behind);
        capacity = (int) Math.min(most, MOST_WORDS / slot);
        room = 2 * Math.max(longest, behind);
        if (capacity == 0) {
            capacity = 1;
            room = behind;
        }
        longest = 0;
        stride = Math.addExact(numbersAt + numbers, room);
        int needed = Math.addExact(numbersAt, Math.multiplyExact(capacity, stride));
        if (memory.length < needed) {
            memory = new double[needed];
        }
        if (starts.length < capacity) {
            starts = new int[capacity];
            words = new int[capacity];
            addedAt = new int[capacity];
        }
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    /** All rows, of which features of row i begin at {@code featuresAt(i)}. */
    double[] memory() {
        return memory;
    }

    int featuresAt(int index) {
        return numbersAt + index * stride;
    }

    int stride() {
        return stride;
    }

    /** A row with its answers, valid until the next call. */
    UnsafeRow get(int index, BlockColumns.RowAnswers answers) {
        int start = starts[index];
        added.numbersAt(start + widerNullWords + fields, addedAt[index], answersAt);
        answers.row(index, memory, answersAt);
        view.pointTo(memory, address(start), 8 * words[index]);
        return view;
    }
}
