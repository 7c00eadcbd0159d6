package io.kfac.spark.data;

import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.sql.catalyst.InternalRow;

/** Reads row weights: a column, or ones. */
final class WeightReader implements Serializable {
    private static final long serialVersionUID = 1L;

    private final String name;
    private final NumberReader[] column;

    private WeightReader(String name, NumberReader[] column) {
        this.name = name;
        this.column = column;
    }

    static WeightReader of(Optional<String> name, Optional<NumberReader> column) {
        return new WeightReader(name.orElse(""), column.stream().toArray(NumberReader[]::new));
    }

    boolean isColumn() {
        return column.length > 0;
    }

    /** For rows that were checked. */
    double read(InternalRow row) {
        return column.length == 0 ? 1 : column[0].read(row);
    }

    /** Reports what is no weight and returns 0 for it. */
    double readChecked(InternalRow row, Findings findings) {
        if (column.length == 0) {
            return 1;
        }
        if (column[0].isMissing(row)) {
            findings.report(Problem.Kind.MISSING_WEIGHT, name, "null");
            return 0;
        }
        double weight = column[0].read(row);
        if (!(weight >= 0 && weight <= Double.MAX_VALUE)) {
            findings.report(Problem.Kind.BAD_WEIGHT, name, Double.toString(weight));
            return 0;
        }
        return weight;
    }
}
