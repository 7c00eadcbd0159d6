package io.kfac.spark.data;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Optional;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;

/** Reads one column of internal rows as a number, booleans as 0 and 1. */
record NumberReader(int ordinal, Kind kind, int precision, int scale) implements Serializable {
    enum Kind {
        BOOLEAN("boolean"),
        BYTE("byte"),
        SHORT("short"),
        INT("integer"),
        LONG("long"),
        FLOAT("float"),
        DOUBLE("double"),
        DECIMAL("decimal"); // has parameters, see of()

        private final String typeName;

        Kind(String typeName) {
            this.typeName = typeName;
        }
    }

    /** Empty for types that are no numbers. */
    static Optional<NumberReader> of(int ordinal, DataType type) {
        if (type instanceof DecimalType decimal) {
            return Optional.of(new NumberReader(ordinal, Kind.DECIMAL, decimal.precision(), decimal.scale()));
        }
        return Arrays.stream(Kind.values())
                .filter(kind -> kind.typeName.equals(type.typeName()))
                .findFirst()
                .map(kind -> new NumberReader(ordinal, kind, 0, 0));
    }

    boolean isMissing(InternalRow row) {
        return row.isNullAt(ordinal);
    }

    double read(InternalRow row) {
        return switch (kind) {
            case BOOLEAN -> row.getBoolean(ordinal) ? 1 : 0;
            case BYTE -> row.getByte(ordinal);
            case SHORT -> row.getShort(ordinal);
            case INT -> row.getInt(ordinal);
            case LONG -> row.getLong(ordinal);
            case FLOAT -> row.getFloat(ordinal);
            case DOUBLE -> row.getDouble(ordinal);
            case DECIMAL -> row.getDecimal(ordinal, precision, scale).toDouble();
        };
    }

    /** Whether {@link #readLong} loses nothing. */
    boolean isIntegral() {
        return switch (kind) {
            case BYTE, SHORT, INT, LONG -> true;
            case BOOLEAN, FLOAT, DOUBLE, DECIMAL -> false;
        };
    }

    long readLong(InternalRow row) {
        return switch (kind) {
            case BYTE -> row.getByte(ordinal);
            case SHORT -> row.getShort(ordinal);
            case INT -> row.getInt(ordinal);
            case LONG -> row.getLong(ordinal);
            case BOOLEAN, FLOAT, DOUBLE, DECIMAL -> (long) read(row);
        };
    }
}
