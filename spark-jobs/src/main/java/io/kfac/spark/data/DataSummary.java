package io.kfac.spark.data;

import io.kfac.linalg.Precision;
import java.util.Locale;
import java.util.Optional;

/**
 * What was found in a table.
 * @param features without the column of ones
 * @param classes  0 where the target is no class
 * @param density  share of features that are not zero, before standardisation
 * @param bytes    of the blocks' features
 * @param unseenCategories rows with a string that the encoding does not know
 * @param ignored  column that was taken for a label and left out of the features, though nobody named it
 * @param seconds  of both passes
 */
public record DataSummary(
        long rows,
        double weightSum,
        int features,
        int classes,
        double density,
        Storage storage,
        Precision precision,
        int partitions,
        long bytes,
        long unseenCategories,
        Optional<String> ignored,
        double seconds) {

    /** {@code "60,000 rows, 784 features, 10 classes, density 0.50; dense float blocks, 188.4 MB in 2 partitions"}. */
    public String describe() {
        return String.format(
                Locale.ROOT,
                "%,d rows, %,d features, %sdensity %.3g; %s %s blocks, %,.1f MB in %d partition%s",
                rows,
                features,
                classes > 0 ? "%d classes, ".formatted(classes) : "",
                density,
                storage == Storage.SPARSE ? "sparse" : "dense",
                precision == Precision.FLOAT ? "float" : "double",
                bytes / 1e6,
                partitions,
                partitions == 1 ? "" : "s");
    }
}
