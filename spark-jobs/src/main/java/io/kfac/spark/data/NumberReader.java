package io.kfac.spark.data;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Optional;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;

/** Reads one column of internal rows as a number, booleans as 0 and 1. */
record NumberReader(int ordinal, Kind kind, int precision, int scale) implements Serializable {
    enum Kind {
        BOOLEAN(DataTypes.BooleanType),
        BYTE(DataTypes.ByteType),
        SHORT(DataTypes.ShortType),
        INT(DataTypes.IntegerType),
        LONG(DataTypes.LongType),
        FLOAT(DataTypes.FloatType),
        DOUBLE(DataTypes.DoubleType),
        DECIMAL(DataTypes.NullType); // has parameters, see of()

        private final DataType type;

        Kind(DataType type) {
            this.type = type;
        }
    }

    /** Empty for types that are no numbers. */
    static Optional<NumberReader> of(int ordinal, DataType type) {
        if (type instanceof DecimalType decimal) {
            return Optional.of(new NumberReader(ordinal, Kind.DECIMAL, decimal.precision(), decimal.scale()));
        }
        return Arrays.stream(Kind.values())
                .filter(kind -> kind.type == type)
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
