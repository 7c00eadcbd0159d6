package io.kfac.spark.ml;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.sql.types.StructField;
import scala.Option;

/** Names of the entries of a vector column. */
final class FeatureNames {
    private FeatureNames() {}

    /** From the column's attributes; {@code features[3]} for an entry without a name. */
    static List<String> of(StructField column, int width) {
        Option<Attribute[]> attributes = AttributeGroup.fromStructField(column).attributes();
        List<String> names = new ArrayList<>();
        for (int j = 0; j < width; j++) {
            String name = "%s[%d]".formatted(column.name(), j);
            if (attributes.isDefined() && j < attributes.get().length) {
                Option<String> given = attributes.get()[j].name();
                name = given.isDefined() ? given.get() : name;
            }
            names.add(name);
        }
        return names;
    }
}
