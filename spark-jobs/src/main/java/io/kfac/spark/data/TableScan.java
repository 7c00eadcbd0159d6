package io.kfac.spark.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import scala.reflect.ClassTag$;

/** Passes over some columns of a table, each one job, whose tasks sum up rows chunk by chunk. */
public final class TableScan implements AutoCloseable {
    /** Categories of a column that are told apart. */
    public static final int MOST_CATEGORIES = 1_000;

    /** What tasks send to the driver in all, about; tables of many partitions are then summed in fewer tasks. */
    private static final long COLLECT_BYTES = 256L << 20;

    private final Table table;
    private final SourceRows source;
    private final NumberReader[] numbers;
    private final TextReader[] categories;
    private final Optional<IdReader> unit;

    private TableScan(
            Table table, SourceRows source, NumberReader[] numbers, TextReader[] categories, Optional<IdReader> unit) {
        this.table = table;
        this.source = source;
        this.numbers = numbers;
        this.categories = categories;
        this.unit = unit;
    }

    /**
     * @param columns of the table
     * @param unit    rows with equal values here are hashed alike; empty: each row by its place
     */
    public static TableScan of(Table table, ScanColumns columns, Optional<String> unit) {
        List<String> names = new ArrayList<>(columns.all());
        unit.filter(name -> !names.contains(name)).ifPresent(names::add);
        SourceRows source = SourceRows.of(table, names);
        StructType schema = source.schema();
        NumberReader[] numbers = columns.numbers().stream()
                .map(name -> NumberReader.of(
                                schema.fieldIndex(name), schema.apply(name).dataType())
                        .orElseThrow())
                .toArray(NumberReader[]::new);
        TextReader[] categories = columns.categories().stream()
                .map(name -> TextReader.of(
                                schema.fieldIndex(name), schema.apply(name).dataType())
                        .orElseThrow())
                .toArray(TextReader[]::new);
        Optional<IdReader> ids = unit.map(name -> idReader(table, schema, name));
        return new TableScan(table, source, numbers, categories, ids);
    }

    private static IdReader idReader(Table table, StructType schema, String name) {
        DataType type = schema.apply(name).dataType();
        return IdReader.of(schema.fieldIndex(name), type)
                .orElseThrow(() -> new BadInput(
                        "Cannot use column '%s' of %s for units: its type is %s, not whole numbers or strings"
                                .formatted(name, table.name(), type.simpleString())));
    }

    /** How many rows there are, by Spark's own count. */
    public static long count(Table table) {
        try (JobLabel unused = new JobLabel(table.frame().sparkSession().sparkContext(), "K-FAC table: count")) {
            return table.frame().count();
        } catch (RuntimeException e) {
            throw ReadFailures.explain(e, table.name());
        }
    }

    /**
     * One pass.
     * @param sums        empty; not modified
     * @param description for Spark's UI
     */
    public <T extends RowSums<T>> T run(T sums, Class<T> type, String description) {
        RDD<InternalRow> rows = source.rows().rdd();
        SparkContext context = rows.context();
        ScanTask task = new ScanTask(source.readsFiles(), numbers, categories, unit, MOST_CATEGORIES, sums);
        int partitions = rows.getNumPartitions();
        long bytes = Portable.toBytes(sums).length;
        int most = (int) Math.max(context.defaultParallelism(), COLLECT_BYTES / Math.max(1, bytes));
        RDD<InternalRow> grouped = partitions <= most
                ? rows
                : PartitionGroups.consecutive(partitions, most).of(rows);
        try (JobLabel unused = new JobLabel(context, "K-FAC table: " + description)) {
            byte[][] parts = (byte[][]) context.runJob(grouped, task, ClassTag$.MODULE$.<byte[]>apply(byte[].class));
            T total = Portable.fromBytes(Portable.toBytes(sums), type);
            for (int p = 0; p < parts.length; p++) {
                total.merge(Portable.fromBytes(parts[p], type));
                parts[p] = null;
            }
            return total;
        } catch (Throwable e) { // undeclared checked exceptions of Spark's included
            throw ReadFailures.explain(e, table.name());
        }
    }

    @Override
    public void close() {
        source.close();
    }
}
