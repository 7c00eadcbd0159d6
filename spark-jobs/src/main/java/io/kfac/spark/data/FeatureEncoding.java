package io.kfac.spark.data;

import java.util.ArrayList;
import java.util.List;

/** How the columns of a table become one row of features, in this order. */
public record FeatureEncoding(List<ColumnEncoding> columns) {
    public FeatureEncoding {
        columns = List.copyOf(columns);
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("Cannot encode features: no column is left to use");
        }
    }

    /** The table's columns. */
    List<String> names() {
        return columns.stream().map(ColumnEncoding::column).toList();
    }

    /** Features a row, without the column of ones. */
    public int width() {
        return columns.stream().mapToInt(ColumnEncoding::width).sum();
    }

    /** A name a feature: {@code age}, {@code colour=red}, {@code pixels[17]}. */
    public List<String> featureNames() {
        List<String> names = new ArrayList<>(width());
        for (ColumnEncoding encoding : columns) {
            if (encoding instanceof ColumnEncoding.OneHot oneHot) {
                oneHot.categories().forEach(category -> names.add(oneHot.column() + "=" + category));
            } else if (encoding instanceof ColumnEncoding.VectorColumn vector) {
                for (int i = 0; i < vector.width(); i++) {
                    names.add(vector.column() + "[" + i + "]");
                }
            } else {
                names.add(encoding.column());
            }
        }
        return names;
    }
}
