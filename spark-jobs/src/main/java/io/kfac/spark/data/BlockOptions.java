package io.kfac.spark.data;

import io.kfac.linalg.Precision;

/**
 * How rows are stored.
 * @param intercept  whether a last column of ones is appended
 * @param partitions how many, rows being spread over them by hash; 0: one a core, fewer for small tables, and rows need not move
 * @param rows       most rows of a block
 */
public record BlockOptions(Precision precision, boolean intercept, int partitions, int rows, Storage storage) {
    /** Below this many rows a partition is not worth a task of its own. */
    static final int LEAST_ROWS_A_PARTITION = 256;

    public BlockOptions {
        if (partitions < 0) {
            throw new IllegalArgumentException("Cannot use data.partitions=%d: negative".formatted(partitions));
        }
        if (rows < 1) {
            throw new IllegalArgumentException("Cannot make blocks of %d rows: fewer than 1".formatted(rows));
        }
    }

    public static BlockOptions defaults() {
        return new BlockOptions(Precision.FLOAT, true, 0, 2048, Storage.AUTO);
    }

    /** Partitions of so many rows where nobody says how many. */
    public static int partitions(long rows, int cores) {
        return (int) Math.min(cores, Math.max(1, rows / LEAST_ROWS_A_PARTITION));
    }

    public BlockOptions withPrecision(Precision other) {
        return new BlockOptions(other, intercept, partitions, rows, storage);
    }

    public BlockOptions withIntercept(boolean wanted) {
        return new BlockOptions(precision, wanted, partitions, rows, storage);
    }

    public BlockOptions withPartitions(int count) {
        return new BlockOptions(precision, intercept, count, rows, storage);
    }

    public BlockOptions withRows(int most) {
        return new BlockOptions(precision, intercept, partitions, most, storage);
    }

    public BlockOptions withStorage(Storage kind) {
        return new BlockOptions(precision, intercept, partitions, rows, kind);
    }
}
