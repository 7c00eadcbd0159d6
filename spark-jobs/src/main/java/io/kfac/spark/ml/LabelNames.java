package io.kfac.spark.ml;

import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;

/** What classes are called, in the metadata of a label column that a StringIndexer made. */
final class LabelNames {
    private LabelNames() {}

    /** Names by class; none where the column has none. */
    static String[] of(StructField label) {
        Attribute attribute = Attribute.fromStructField(label);
        return attribute instanceof NominalAttribute nominal && nominal.values().isDefined()
                ? nominal.values().get()
                : new String[0];
    }

    /** Of a prediction column: an IndexToString reads it. */
    static Metadata metadata(String column, String[] names) {
        return NominalAttribute.defaultAttr().withName(column).withValues(names).toMetadata();
    }
}
