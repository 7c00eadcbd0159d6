package io.kfac.spark.data;

import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.CharType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.VarcharType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Reads one column of internal rows as text: strings as they are, numbers as a person writes them, so that a table in
 * which Spark took a column for numbers still matches categories that were strings in training.
 */
final class TextReader implements Serializable {
    private static final long serialVersionUID = 1L;

    private final int ordinal;
    private final boolean isText;
    private final NumberReader number;

    private TextReader(int ordinal, boolean isText, NumberReader number) {
        this.ordinal = ordinal;
        this.isText = isText;
        this.number = number;
    }

    static boolean isText(DataType type) {
        return type instanceof StringType || type instanceof CharType || type instanceof VarcharType;
    }

    /** Empty for types that are neither text nor numbers. */
    static Optional<TextReader> of(int ordinal, DataType type) {
        NumberReader unused = new NumberReader(ordinal, NumberReader.Kind.DOUBLE, 0, 0);
        return isText(type)
                ? Optional.of(new TextReader(ordinal, true, unused))
                : NumberReader.of(ordinal, type).map(number -> new TextReader(ordinal, false, number));
    }

    boolean isMissing(InternalRow row) {
        return row.isNullAt(ordinal);
    }

    /** May lie in the row's own buffer. */
    UTF8String read(InternalRow row) {
        if (isText) {
            return row.getUTF8String(ordinal);
        }
        double value = number.read(row);
        return UTF8String.fromString(
                number.kind() == NumberReader.Kind.BOOLEAN ? Boolean.toString(value == 1) : Labels.format(value));
    }
}
