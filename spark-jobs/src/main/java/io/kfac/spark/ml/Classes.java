package io.kfac.spark.ml;

import io.kfac.spark.data.BadInput;
import io.kfac.spark.data.LabelEncoding;
import java.io.Serializable;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.spark.ml.util.MetadataUtils;
import org.apache.spark.sql.types.StructField;
import scala.Option;

/**
 * The classes of a label column: 0..count-1, of which some may have no row, as where labels begin at 1.
 * @param count    one more than the largest label, or what the column's metadata say
 * @param present  those with rows, ascending: outputs of the network, unless it has a single one
 * @param binomial whether there is one output, the log-odds of class 1
 */
record Classes(int count, int[] present, boolean binomial) implements Serializable {
    /** Largest number of classes without metadata that say so: a larger label is no class. */
    private static final int MOST = 10_000;

    /**
     * @param found  labels as they occur
     * @param family auto, binomial or multinomial
     * @throws BadInput if they are no classes, or too many
     */
    static Classes of(LabelEncoding found, StructField column, String family) {
        int[] present = found.classes().stream()
                .mapToInt(label -> number(label, column.name()))
                .toArray();
        int largest = present[present.length - 1];
        Option<Object> told = MetadataUtils.getNumClasses(column);
        int count = told.isDefined() ? (Integer) told.get() : largest + 1;
        if (told.isEmpty() && largest >= MOST) {
            throw new BadInput(("Cannot take %d in column '%s' for the number of a class: that would be %d classes."
                            + " Remedy: number the labels from 0 (StringIndexer)")
                    .formatted(largest, column.name(), largest + 1L));
        }
        if (count <= largest) {
            throw new BadInput(("Cannot use label %d in column '%s': its metadata say that it has %d classes, 0 to %d."
                            + " Remedy: correct the metadata, or index the labels again")
                    .formatted(largest, column.name(), count, count - 1));
        }
        boolean binomial =
                switch (family.toLowerCase(Locale.ROOT)) {
                    case "binomial" -> true;
                    case "multinomial" -> false;
                    default -> count <= 2;
                };
        if (binomial && count > 2) {
            throw new BadInput(
                    ("Cannot use family binomial: column '%s' has %d classes, and it takes 1 or 2 (labels 0 and 1)."
                                    + " Remedy: family auto or multinomial")
                            .formatted(column.name(), count));
        }
        // A fold of zeros alone is still one of a problem with two classes, and its scores are compared with other
        // folds'.
        return new Classes(binomial ? 2 : count, present, binomial);
    }

    private static int number(String label, String column) {
        double value = label.isEmpty() ? Double.NaN : parse(label);
        if (!(value >= 0 && value < Integer.MAX_VALUE && value == Math.rint(value))) {
            throw new BadInput(("Cannot use label %s in column '%s': classes are whole numbers from 0 on."
                            + " Remedy: a StringIndexer")
                    .formatted(label, column));
        }
        return (int) value;
    }

    private static double parse(String label) {
        try {
            return Double.parseDouble(label);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    /** Whether all rows are of one class. */
    boolean constant() {
        return present.length == 1;
    }

    /** Outputs of a network that tells them apart. */
    int outputs() {
        return binomial ? 1 : Math.max(2, present.length);
    }

    /** Rows of a coefficient matrix, one a class or a single one, as MLlib's. */
    int coefficientSets() {
        return binomial ? 1 : count;
    }

    /** Entries of raw predictions. */
    int scores() {
        return binomial ? 2 : count;
    }

    /** Classes without a row. */
    int[] missing() {
        return IntStream.range(0, count)
                .filter(k -> IntStream.of(present).noneMatch(p -> p == k))
                .toArray();
    }
}
