package io.kfac.spark.data;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How one column of a table becomes one or more features. Plain data, kept with a model; {@link RowEncoder} is what
 * travels to executors.
 */
public sealed interface ColumnEncoding {

    String column();

    /** Number of features. */
    int width();

    /** A number or a boolean (0, 1). @param whenMissing stands in for null and NaN; empty: they are refused */
    record Numeric(String column, OptionalDouble whenMissing) implements ColumnEncoding {
        @Override
        public int width() {
            return 1;
        }
    }

    /**
     * A string column: one feature a category, 1 where the row has it. A string that is none of them gives all zeros.
     * @param whenMissing stands in for null; need not be a category; empty: null is refused
     */
    record OneHot(String column, List<String> categories, Optional<String> whenMissing) implements ColumnEncoding {
        public OneHot {
            categories = List.copyOf(categories);
        }

        @Override
        public int width() {
            return categories.size();
        }
    }

    /** A vector or an array of numbers. */
    record VectorColumn(String column, int width) implements ColumnEncoding {
        public VectorColumn {
            if (width < 1) {
                throw new IllegalArgumentException(
                        "Cannot use vector column %s: %d entries a row".formatted(column, width));
            }
        }
    }
}
