package io.kfac.spark.data;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A table with a name for messages.
 * @param sparseWidth whether vectors of fewer entries than expected are shorter only because trailing zeros were not
 *     written (libsvm)
 */
public record Table(Dataset<Row> frame, String name, boolean sparseWidth) {

    /** Any DataFrame of the user's. */
    public static Table of(Dataset<Row> frame) {
        return new Table(frame, "the table", false);
    }

    public static Table of(Dataset<Row> frame, String name) {
        return new Table(frame, name, false);
    }
}
