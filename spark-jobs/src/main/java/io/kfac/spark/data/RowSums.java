package io.kfac.spark.data;

import java.io.Serializable;

/**
 * What one pass over a table finds out: made on the driver, filled in tasks, merged in the order of partitions. Its size must not grow
 * with the rows.
 * @param <T> itself
 */
public interface RowSums<T extends RowSums<T>> extends Serializable {

    /** Takes the chunk's rows. */
    void add(ColumnChunk chunk);

    /** No more rows in this task. @param chunk the last one, which knows the labels of its codes */
    void finish(ColumnChunk chunk);

    /** Counts in the rows of later partitions; both finished. */
    void merge(T later);
}
