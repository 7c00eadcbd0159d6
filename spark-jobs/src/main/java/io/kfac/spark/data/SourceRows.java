package io.kfac.spark.data;

import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Some columns of a table as Spark's internal rows, repeatable: two passes see the same rows at the same positions.
 * Rows are reused by their iterator; copy what is kept.
 */
final class SourceRows implements AutoCloseable {
    private final JavaRDD<InternalRow> rows;
    private final StructType schema;
    private final String name;
    private final boolean readsFiles;
    private final boolean ownsCache;

    private SourceRows(
            JavaRDD<InternalRow> rows, StructType schema, String name, boolean readsFiles, boolean ownsCache) {
        this.rows = rows;
        this.schema = schema;
        this.name = name;
        this.readsFiles = readsFiles;
        this.ownsCache = ownsCache;
    }

    /** Columns in the given order, by exact name. */
    static SourceRows of(Table table, List<String> columns) {
        Dataset<Row> frame = table.frame();
        Dataset<Row> selected = frame.select(columns.stream()
                .map(column -> frame.col("`" + column.replace("`", "``") + "`"))
                .toArray(Column[]::new));
        QueryExecution execution = ((org.apache.spark.sql.classic.Dataset<Row>) selected).queryExecution();
        JavaRDD<InternalRow> rows = execution.toRdd().toJavaRDD();
        if (!execution.analyzed().deterministic() || Plans.shuffles(execution.executedPlan())) {
            // Rows would come in another order, or be other rows, in the next pass. Cached rows also outlive a lost
            // executor's
            // shuffle files. Not Dataset.persist: that would change how other queries of the session run.
            JavaRDD<InternalRow> cached = rows.map(InternalRow::copy).persist(StorageLevel.MEMORY_AND_DISK());
            return new SourceRows(cached, selected.schema(), table.name(), false, true);
        }
        return new SourceRows(
                rows, selected.schema(), table.name(), Plans.readsFilesOnly(execution.executedPlan()), false);
    }

    JavaRDD<InternalRow> rows() {
        return rows;
    }

    StructType schema() {
        return schema;
    }

    /** For messages. */
    String name() {
        return name;
    }

    /** Whether a task knows which file its current row is from. */
    boolean readsFiles() {
        return readsFiles;
    }

    @Override
    public void close() {
        if (ownsCache) {
            rows.unpersist(false);
        }
    }
}
