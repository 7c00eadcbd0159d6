package io.kfac.spark.data;

import java.io.Serializable;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Collects, in the one pass over a table, what must be known of some of its columns. Made on the driver, filled in
 * tasks, merged in order of partitions.
 */
abstract class ColumnProbe implements Serializable {
    private static final long serialVersionUID = 1L;

    /** @param counts whether the row is a training row: means and categories come from these only */
    abstract void add(InternalRow row, double weight, boolean counts, Findings findings);

    /** No more rows in this task. */
    void finish() {}

    /** @param other the same probe of a later partition */
    abstract void merge(ColumnProbe other);

    /**
     * How far a part of the rows is from being drawn at random: the mean over columns, or over values, of the squared deviation from
     * the whole table's mean, or share, in standard errors. About 1, or less, for random parts.
     * @param whole the same probe of all rows
     */
    abstract double deviation(ColumnProbe whole);
}
