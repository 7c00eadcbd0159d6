package io.kfac.spark.table;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The fits of a table.
 * @param columns  in the table's order, by key first
 * @param unusable why, by name, columns were not looked at
 * @param notes    what a reader should know of the whole
 */
public record FitResult(
        String table,
        long rows,
        Optional<String> key,
        boolean checked,
        List<ColumnFit> columns,
        Map<String, String> unusable,
        List<String> notes) {

    /** Columns, each of every key, that have a fit. */
    long fitted() {
        return columns.stream().filter(column -> column.refused().isEmpty()).count();
    }
}
