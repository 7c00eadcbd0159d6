package io.kfac.spark.data;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/**
 * Which columns of a table play which part, by their exact names. Checks what can be checked without reading rows.
 * @param target   label or value column
 * @param offset  where no option names one, the column that the model was trained with
 * @param ignored  a label that nobody named and that is no feature, where rows are their own targets
 * @param features in the table's order, or in the encoding's
 */
record TableLayout(
        Optional<String> target,
        Optional<String> weight,
        Optional<String> offset,
        Optional<String> id,
        Optional<String> ignored,
        List<String> features) {
    private static final String DEFAULT_LABEL = "label";

    /** For training: chooses the features. */
    static TableLayout infer(Table table, DataOptions options) {
        ColumnNames names = new ColumnNames(table.frame().schema(), table.name());
        TableLayout parts = parts(names, table, options, options.columns().offset(), true);
        Set<String> taken = parts.taken();
        options.columns().drop().forEach(name -> taken.add(names.require(name, "column", "--set data.drop=[COLUMN]")));
        Optional<String> ignored = ignored(names, options).filter(name -> !taken.contains(name));
        ignored.ifPresent(taken::add);
        List<String> chosen = new ArrayList<>();
        if (options.columns().features().isEmpty()) {
            chosen.addAll(List.of(table.frame().schema().fieldNames()));
            chosen.removeAll(taken);
        } else {
            options.columns()
                    .features()
                    .forEach(name ->
                            chosen.add(names.require(name, "feature column", "--set data.features=[COLUMN, ...]")));
        }
        if (chosen.isEmpty()) {
            throw new BadInput("Cannot train on %s: no column is left to use as a feature; %s"
                    .formatted(table.name(), names.listed()));
        }
        chosen.forEach(name -> checkFeatureType(name, table));
        return new TableLayout(parts.target, parts.weight, parts.offset, parts.id, ignored, chosen);
    }

    /**
     * For rows that a model is applied to.
     * @param labelled whether targets are wanted
     */
    static TableLayout of(Table table, DataOptions options, DataEncoding encoding, boolean labelled) {
        ColumnNames names = new ColumnNames(table.frame().schema(), table.name());
        Optional<String> offset = options.columns().offset().or(encoding::offsetColumn);
        TableLayout parts = parts(names, table, options, offset, labelled);
        List<String> features = encoding.features().columns().stream()
                .map(column -> names.require(
                        column.column(),
                        "feature column",
                        "give a table with the columns that the model was trained on"))
                .toList();
        return new TableLayout(parts.target, parts.weight, parts.offset, parts.id, Optional.empty(), features);
    }

    private static TableLayout parts(
            ColumnNames names, Table table, DataOptions options, Optional<String> offset, boolean labelled) {
        Optional<String> target = labelled ? target(names, table, options.target()) : Optional.empty();
        Columns columns = options.columns();
        return new TableLayout(
                target,
                columns.weight().map(name -> names.require(name, "weight column", "--weight COLUMN")),
                offset.map(name -> names.require(name, "offset column", "--offset COLUMN")),
                columns.id().map(name -> names.require(name, "id column", "--id-column COLUMN")),
                Optional.empty(),
                List.of());
    }

    /** What would be the class if there were one gives autoencoders away; who means it as a feature can say so. */
    private static Optional<String> ignored(ColumnNames names, DataOptions options) {
        Columns columns = options.columns();
        boolean unnamed = options.target() instanceof Target.Inputs inputs
                && inputs.labelToIgnore().isEmpty();
        return unnamed && columns.features().isEmpty()
                ? names.find(DEFAULT_LABEL).filter(name -> !columns.keep().contains(name))
                : Optional.empty();
    }

    private static Optional<String> target(ColumnNames names, Table table, Target target) {
        if (target instanceof Target.ClassLabel label && label.column().isEmpty()) {
            return Optional.of(names.find(DEFAULT_LABEL)
                    .orElseThrow(() -> new BadInput(
                            "Cannot find the label column: %s has no column '%s'; %s. Remedy: --label COLUMN"
                                    .formatted(table.name(), DEFAULT_LABEL, names.listed()))));
        }
        return target.named().map(name -> names.require(name, "label column", "--label COLUMN"));
    }

    private Set<String> taken() {
        Set<String> taken = new HashSet<>();
        target.ifPresent(taken::add);
        weight.ifPresent(taken::add);
        offset.ifPresent(taken::add);
        id.ifPresent(taken::add);
        return taken;
    }

    private static void checkFeatureType(String name, Table table) {
        StructType schema = table.frame().schema();
        DataType type = schema.apply(name).dataType();
        if (type instanceof DateType || type instanceof TimestampType || type instanceof TimestampNTZType) {
            throw new BadInput(("Cannot use column '%s' of %s as a feature: it holds %ss."
                            + " Remedy: --set data.drop=[%s], or derive numbers from it first")
                    .formatted(name, table.name(), type.simpleString(), name));
        }
        if (NumberReader.of(0, type).isEmpty() && VectorReader.of(0, type).isEmpty() && !TextReader.isText(type)) {
            throw new BadInput(
                    ("Cannot use column '%s' of %s as a feature: its type is %s, not numbers, strings or vectors."
                                    + " Remedy: --set data.drop=[%s]")
                            .formatted(name, table.name(), type.simpleString(), name));
        }
    }

    /** All columns that are read, each once. */
    List<String> columns() {
        Set<String> all = new LinkedHashSet<>(features);
        target.ifPresent(all::add);
        weight.ifPresent(all::add);
        offset.ifPresent(all::add);
        id.ifPresent(all::add);
        return List.copyOf(all);
    }
}
