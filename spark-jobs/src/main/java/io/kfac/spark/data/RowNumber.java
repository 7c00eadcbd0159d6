package io.kfac.spark.data;

import java.io.Serializable;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/** Reads a number that goes with each row, its weight or its offset: from a column, or the same for all rows. */
final class RowNumber implements Serializable {
    private static final long serialVersionUID = 1L;

    /** What the number is for. */
    enum Role {
        WEIGHT(1, 0, Problem.Kind.MISSING_WEIGHT, Problem.Kind.BAD_WEIGHT),
        OFFSET(0, -Double.MAX_VALUE, Problem.Kind.MISSING_OFFSET, Problem.Kind.BAD_OFFSET);

        private final double withoutColumn;
        private final double least;
        private final Problem.Kind missing;
        private final Problem.Kind bad;

        Role(double withoutColumn, double least, Problem.Kind missing, Problem.Kind bad) {
            this.withoutColumn = withoutColumn;
            this.least = least;
            this.missing = missing;
            this.bad = bad;
        }
    }

    private final Role role;
    private final String name;
    private final NumberReader[] column;

    private RowNumber(Role role, String name, NumberReader[] column) {
        this.role = role;
        this.name = name;
        this.column = column;
    }

    /** @throws BadInput if the column holds no numbers */
    static RowNumber of(Role role, Optional<String> name, StructType schema, String table) {
        NumberReader[] column =
                name.stream().map(known -> reader(role, known, schema, table)).toArray(NumberReader[]::new);
        return new RowNumber(role, name.orElse(""), column);
    }

    private static NumberReader reader(Role role, String name, StructType schema, String table) {
        DataType type = schema.apply(name).dataType();
        return NumberReader.of(schema.fieldIndex(name), type)
                .orElseThrow(() -> new BadInput("Cannot use %s column '%s' of %s: its type is %s, not numbers"
                        .formatted(role.name().toLowerCase(Locale.ROOT), name, table, type.simpleString())));
    }

    boolean isColumn() {
        return column.length > 0;
    }

    /** For rows that were checked; NaN where the number is missing. */
    double read(InternalRow row) {
        if (column.length == 0) {
            return role.withoutColumn;
        }
        return column[0].isMissing(row) ? Double.NaN : column[0].read(row);
    }

    /** Reports what is no weight, or no offset, and returns 0 for it. */
    double readChecked(InternalRow row, Findings findings) {
        double value = read(row);
        if (value >= role.least && value <= Double.MAX_VALUE) {
            return value;
        }
        boolean isNull = column[0].isMissing(row);
        findings.report(isNull ? role.missing : role.bad, name, Double.toString(value));
        return 0;
    }
}
