package io.kfac.spark.table;

import io.kfac.spark.data.Table;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** One session for all tests of this package, and tables made by hand. */
final class Spark {
    private static final SparkSession SESSION = SparkSession.builder()
            .master("local[2]")
            .appName("table tests")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "4")
            .getOrCreate();

    private Spark() {}

    /** A row of a table, by its number. */
    interface Maker {
        Object[] row(int number);
    }

    static Table table(String ddl, int rows, int partitions, Maker maker) {
        List<Row> made = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            made.add(RowFactory.create(maker.row(i)));
        }
        return Table.of(
                SESSION.createDataFrame(made, StructType.fromDDL(ddl)).coalesce(Math.max(1, partitions)), "the table");
    }
}
