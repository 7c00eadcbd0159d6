package io.kfac.spark.data;

import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.XXH64;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.types.UTF8String;

/** Reads row ids from a column: whole numbers as they are, strings by a 64-bit hash. */
final class IdReader implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final long SEED = 42;

    private final int ordinal;
    private final boolean isText;
    private final NumberReader number;

    private IdReader(int ordinal, boolean isText, NumberReader number) {
        this.ordinal = ordinal;
        this.isText = isText;
        this.number = number;
    }

    /** Empty for types that are neither text nor whole numbers. */
    static Optional<IdReader> of(int ordinal, DataType type) {
        if (TextReader.isText(type)) {
            return Optional.of(new IdReader(ordinal, true, new NumberReader(ordinal, NumberReader.Kind.LONG, 0, 0)));
        }
        return NumberReader.of(ordinal, type)
                .filter(NumberReader::isIntegral)
                .map(number -> new IdReader(ordinal, false, number));
    }

    boolean isMissing(InternalRow row) {
        return row.isNullAt(ordinal);
    }

    long read(InternalRow row) {
        if (!isText) {
            return number.readLong(row);
        }
        UTF8String text = row.getUTF8String(ordinal);
        return XXH64.hashUnsafeBytes(text.getBaseObject(), text.getBaseOffset(), text.numBytes(), SEED);
    }
}
