package io.kfac.spark.data;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.types.UTF8String;

/** Reads the label column as class numbers, or as values. */
final class LabelReader implements Serializable {
    private static final long serialVersionUID = 1L;
    static final int UNKNOWN = -1;

    private final TextReader text;
    private final NumberReader number;
    private final boolean byNumber;
    private final boolean numericLabels;
    private final String[] classes;

    private transient Map<UTF8String, Integer> seenTexts;
    private transient double[] keys;

    private LabelReader(
            TextReader text, NumberReader number, boolean byNumber, boolean numericLabels, String[] classes) {
        this.text = text;
        this.number = number;
        this.byNumber = byNumber;
        this.numericLabels = numericLabels;
        this.classes = classes;
    }

    static LabelReader of(int ordinal, DataType type, LabelEncoding encoding) {
        Optional<NumberReader> number = NumberReader.of(ordinal, type);
        boolean numericColumn = number.isPresent() && number.get().kind() != NumberReader.Kind.BOOLEAN;
        TextReader text = TextReader.of(ordinal, type)
                .orElseThrow(() -> new BadInput("Cannot use label column '%s': its type is %s, not numbers or strings"
                        .formatted(encoding.column(), type.simpleString())));
        return new LabelReader(
                text,
                number.orElse(new NumberReader(ordinal, NumberReader.Kind.DOUBLE, 0, 0)),
                numericColumn && encoding.numeric(),
                encoding.numeric(),
                encoding.classes().toArray(new String[0]));
    }

    /** Reads numbers as they are: {@link #readValue} only. */
    static LabelReader ofValue(int ordinal, DataType type) {
        NumberReader number = NumberReader.of(ordinal, type).orElseThrow();
        return new LabelReader(TextReader.of(ordinal, type).orElseThrow(), number, true, true, new String[0]);
    }

    double readValue(InternalRow row) {
        return number.read(row);
    }

    /** Class number, or {@link #UNKNOWN}; also for a missing label. */
    int readClass(InternalRow row) {
        if (text.isMissing(row)) {
            return UNKNOWN;
        }
        if (keys == null) {
            prepare();
        }
        if (byNumber) {
            // Classes are sorted by value; few, so halving is as fast as hashing.
            int found = java.util.Arrays.binarySearch(keys, number.read(row) + 0.0);
            return found >= 0 ? found : UNKNOWN;
        }
        UTF8String label = text.read(row);
        Integer known = seenTexts.get(label);
        if (known == null) {
            known = new LabelEncoding("", numericLabels, java.util.List.of(classes))
                    .classOf(label.toString())
                    .orElse(UNKNOWN);
            seenTexts.put(label.clone(), known);
        }
        return known;
    }

    /** The label as the table has it, for messages. */
    String describe(InternalRow row) {
        return text.isMissing(row) ? "null" : text.read(row).toString();
    }

    private void prepare() {
        seenTexts = new HashMap<>();
        keys = byNumber
                ? java.util.Arrays.stream(classes)
                        .mapToDouble(Double::parseDouble)
                        .toArray()
                : new double[0];
    }
}
