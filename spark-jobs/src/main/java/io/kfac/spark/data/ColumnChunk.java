package io.kfac.spark.data;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Some rows of a table, column by column: what a {@link TableScan} shows {@link RowSums}. Filled and emptied again and again; what is in
 * it is overwritten by the next rows.
 */
public final class ColumnChunk {
    /** Rows that a chunk holds: a column of them stays in the first-level cache. */
    public static final int CAPACITY = 1024;

    /** In {@link #codes}: no value. */
    public static final int MISSING = -1;

    /** In {@link #codes}: a value beyond the number of distinct ones that are told apart. */
    public static final int BEYOND = -2;

    private final double[][] numbers;
    private final int[][] codes;
    private final Dictionary[] dictionaries;
    private final long[] ids = new long[CAPACITY];
    private final long[] places = new long[CAPACITY];
    private int rows;

    /**
     * @param numbers    columns of numbers
     * @param categories columns of categories
     * @param limit      categories of a column that are told apart
     */
    public ColumnChunk(int numbers, int categories, int limit) {
        this.numbers = new double[numbers][CAPACITY];
        this.codes = new int[categories][CAPACITY];
        this.dictionaries = new Dictionary[categories];
        Arrays.setAll(dictionaries, j -> new Dictionary(limit));
    }

    public int rows() {
        return rows;
    }

    /** Values of a column of numbers: NaN where there is none, infinite where it is not finite. */
    public double[] numbers(int column) {
        return numbers[column];
    }

    /** Values of a column of categories, as positions in {@link #labels}, or negative. */
    public int[] codes(int column) {
        return codes[column];
    }

    /** Well mixed 64 bits a row: equal ones for rows of the same unit. */
    public long[] ids() {
        return ids;
    }

    /** Well mixed 64 bits a row, other ones for each. */
    public long[] places() {
        return places;
    }

    /** Categories of a column in the order in which this task met them. */
    public List<String> labels(int column) {
        return dictionaries[column].codes.keySet().stream()
                .map(UTF8String::toString)
                .toList();
    }

    /** For rows that come from elsewhere than a table: takes what its arrays were filled with. */
    public void setRows(int count) {
        rows = count;
    }

    void setNumber(int column, double value) {
        numbers[column][rows] = value;
    }

    void setCode(int column, int code) {
        codes[column][rows] = code;
    }

    /** The category's position. @param value may lie in a buffer that is reused */
    int code(int column, UTF8String value) {
        return dictionaries[column].code(value);
    }

    /** Ends a row. @param id of its unit */
    void endRow(long place, long id) {
        places[rows] = place;
        ids[rows++] = id;
    }

    boolean isFull() {
        return rows == CAPACITY;
    }

    void clear() {
        rows = 0;
    }

    /** Positions of the strings of a column, by appearance. */
    private static final class Dictionary {
        private final int limit;
        private final Map<UTF8String, Code> codes = new LinkedHashMap<>();

        Dictionary(int limit) {
            this.limit = limit;
        }

        /** Found without boxing. */
        private record Code(int position) {}

        int code(UTF8String value) {
            Code code = codes.get(value);
            if (code == null) {
                if (codes.size() >= limit) {
                    return BEYOND;
                }
                code = new Code(codes.size());
                codes.put(value.clone(), code);
            }
            return code.position();
        }
    }
}
