package io.kfac.spark.ml;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/** Which columns a blend is learnt from. @param weight empty: every row counts once */
record BlendColumns(String[] probabilities, String label, Optional<String> weight) {

    /** Probability vectors, then label and weight as doubles. */
    Dataset<Row> select(Dataset<?> dataset) {
        List<Column> columns = new ArrayList<>();
        for (String name : probabilities) {
            columns.add(dataset.col(name));
        }
        columns.add(dataset.col(label).cast(DataTypes.DoubleType));
        columns.add(
                weight.map(name -> dataset.col(name).cast(DataTypes.DoubleType)).orElse(functions.lit(1.0)));
        return dataset.select(columns.toArray(Column[]::new));
    }
}
