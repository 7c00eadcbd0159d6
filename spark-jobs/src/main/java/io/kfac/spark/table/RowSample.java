package io.kfac.spark.table;

import io.kfac.spark.data.ColumnChunk;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** The numbers of rows drawn at random, those of the smallest hashes: any order of rows and merges gives the same ones. */
final class RowSample implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Hashes below the limit are so many times as many as wanted, as chance may have fewer. */
    private static final double ROOM = 1.5;

    private final int size;
    private final TreeMap<Long, double[]> rows = new TreeMap<>();
    private final long limit;
    private long bound;

    RowSample(int size) {
        this(size, size);
    }

    /** @param of rows that will be seen in all: of far more, most are then passed over at once */
    RowSample(int size, double of) {
        this.size = size;
        double share = ROOM * size / of;
        this.limit = share < 1 ? (long) (-0x1p63 + share * 0x1p64) : Long.MAX_VALUE;
        this.bound = limit;
    }

    void merge(RowSample that) {
        for (Map.Entry<Long, double[]> row : that.rows.entrySet()) {
            if (wants(row.getKey())) {
                add(row.getKey(), row.getValue());
            }
        }
    }

    /** Takes a row, if it is one of those. @param columns of numbers */
    void add(ColumnChunk chunk, int row, int columns) {
        long hash = chunk.places()[row];
        if (wants(hash)) {
            double[] numbers = new double[columns];
            for (int j = 0; j < columns; j++) {
                numbers[j] = chunk.numbers(j)[row];
            }
            add(hash, numbers);
        }
    }

    private boolean wants(long hash) {
        return hash < bound;
    }

    private void add(long hash, double[] numbers) {
        rows.put(hash, numbers);
        if (rows.size() > size) {
            rows.pollLastEntry();
        }
        bound = rows.size() < size ? limit : rows.lastKey();
    }

    int size() {
        return rows.size();
    }

    /** Finite values of a column, ascending. */
    double[] sorted(int column) {
        double[] values = rows.values().stream()
                .mapToDouble(row -> row[column])
                .filter(Double::isFinite)
                .toArray();
        Arrays.sort(values);
        return values;
    }
}
