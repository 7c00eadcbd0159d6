package io.kfac.spark.engine;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kfac.spark.data.ColumnEncoding;
import io.kfac.spark.data.DataEncoding;
import io.kfac.spark.data.FeatureEncoding;
import io.kfac.spark.data.LabelEncoding;
import io.kfac.spark.data.Standardization;
import java.util.List;
import java.util.Optional;

/** The encoding of a table's columns as JSON. */
final class EncodingJson {
    private static final String NUMERIC = "numeric";
    private static final String ONE_HOT = "one-hot";
    private static final String VECTOR = "vector";

    private EncodingJson() {}

    static ObjectNode write(DataEncoding encoding) {
        ObjectNode json = Json.object();
        ArrayNode columns = json.putArray("features");
        encoding.features().columns().forEach(column -> write(column, columns.addObject()));
        encoding.labels().ifPresent(labels -> {
            ObjectNode written = json.putObject("labels");
            written.put("column", labels.column()).put("numeric", labels.numeric());
            ArrayNode classes = written.putArray("classes");
            labels.classes().forEach(classes::add);
        });
        encoding.valueColumn().ifPresent(column -> json.put("valueColumn", column));
        Standardization scaling = encoding.standardization();
        ObjectNode written = json.putObject("standardization").put("centered", scaling.centered());
        putAll(written.putArray("mean"), scaling.mean());
        putAll(written.putArray("sigma"), scaling.sigma());
        json.put("intercept", encoding.intercept());
        encoding.offsetColumn().ifPresent(column -> json.put("offsetColumn", column));
        return json;
    }

    private static void write(ColumnEncoding column, ObjectNode json) {
        json.put("column", column.column());
        if (column instanceof ColumnEncoding.Numeric numeric) {
            json.put("kind", NUMERIC);
            numeric.whenMissing().ifPresent(value -> json.put("whenMissing", value));
        } else if (column instanceof ColumnEncoding.OneHot oneHot) {
            json.put("kind", ONE_HOT);
            ArrayNode categories = json.putArray("categories");
            oneHot.categories().forEach(categories::add);
            oneHot.whenMissing().ifPresent(value -> json.put("whenMissing", value));
        } else if (column instanceof ColumnEncoding.VectorColumn vector) {
            json.put("kind", VECTOR).put("width", vector.width());
        }
    }

    private static void putAll(ArrayNode into, double[] values) {
        for (double value : values) {
            into.add(value);
        }
    }

    static DataEncoding read(Fields json) {
        List<ColumnEncoding> columns =
                json.objects("features").stream().map(EncodingJson::column).toList();
        Optional<LabelEncoding> labels =
                json.has("labels") ? Optional.of(labels(json.object("labels"))) : Optional.empty();
        Fields scaling = json.object("standardization");
        return new DataEncoding(
                new FeatureEncoding(columns),
                labels,
                json.optionalText("valueColumn"),
                new Standardization(scaling.numbers("mean"), scaling.numbers("sigma"), scaling.bool("centered")),
                json.bool("intercept"),
                json.optionalText("offsetColumn"));
    }

    private static LabelEncoding labels(Fields json) {
        return new LabelEncoding(json.text("column"), json.bool("numeric"), json.texts("classes"));
    }

    private static ColumnEncoding column(Fields json) {
        String column = json.text("column");
        String kind = json.text("kind");
        return switch (kind) {
            case NUMERIC -> new ColumnEncoding.Numeric(column, json.optionalNumber("whenMissing"));
            case ONE_HOT ->
                new ColumnEncoding.OneHot(column, json.texts("categories"), json.optionalText("whenMissing"));
            case VECTOR -> new ColumnEncoding.VectorColumn(column, Math.toIntExact(json.integer("width")));
            default -> throw new IllegalArgumentException("column '%s' has unknown kind '%s'".formatted(column, kind));
        };
    }
}
