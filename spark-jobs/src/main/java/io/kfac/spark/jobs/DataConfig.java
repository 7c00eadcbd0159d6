package io.kfac.spark.jobs;

import io.kfac.spark.data.BadInput;
import io.kfac.spark.data.BlockOptions;
import io.kfac.spark.data.Columns;
import io.kfac.spark.data.DataOptions;
import io.kfac.spark.data.EncodingOptions;
import io.kfac.spark.data.HoldOut;
import io.kfac.spark.data.Impute;
import io.kfac.spark.data.Storage;
import io.kfac.spark.data.TableSource;
import io.kfac.spark.data.Target;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which rows, and how they become features.
 * @param path        empty: the digits that come with the program, unless the format needs no path
 * @param holdout     share held out where there is no test table
 * @param standardize empty: what suits the format and the target
 */
record DataConfig(
        Optional<String> path,
        Optional<String> format,
        Map<String, String> options,
        Optional<String> test,
        double holdout,
        Optional<String> label,
        Columns columns,
        int maxCategories,
        Impute impute,
        Optional<Boolean> standardize,
        OptionalInt partitions,
        Storage storage) {
    private static final String IDX = "idx";
    private static final String DEFAULT_LABEL = "label";

    static DataConfig of(Settings settings) {
        DataConfig config = new DataConfig(
                settings.name("data.path"),
                settings.name("data.format"),
                settings.texts("data.options"),
                settings.name("data.test"),
                settings.share("data.holdout"),
                settings.name("data.label"),
                new Columns(
                        settings.name("data.weight"),
                        settings.name("data.offset"),
                        settings.name("data.id"),
                        settings.names("data.features"),
                        settings.names("data.drop"),
                        settings.names("data.keep")),
                settings.count("data.maxCategories"),
                Impute.parse(settings.text("data.impute")),
                settings.autoFlag("data.standardize"),
                settings.autoCount("data.partitions"),
                settings.oneOf("data.storage", Storage.values()));
        if (config.isEmbedded() && config.test.isPresent()) {
            throw new BadInput("Cannot test on %s: no table to train on is given. Remedy: --data PATH"
                    .formatted(config.test.get()));
        }
        return config;
    }

    /** Whether to use the digits that come with the program. */
    boolean isEmbedded() {
        return path.isEmpty() && format.isEmpty();
    }

    TableSource source() {
        return new TableSource(path.map(List::of).orElse(List.of()), format, options);
    }

    Optional<TableSource> testSource() {
        return test.map(where -> new TableSource(List.of(where), format, options));
    }

    Optional<HoldOut> holdOut(long seed) {
        return test.isPresent() || holdout == 0 ? Optional.empty() : Optional.of(new HoldOut(holdout, seed));
    }

    /**
     * How the table is to become blocks.
     * @param images whether it holds images, whose pixels are intensities in [0, 1] once read: standardising them would blow up
     *     the noise of their margins
     */
    DataOptions options(ModelConfig model, boolean images) {
        boolean unit = model.wantsUnitInputs();
        if (unit && standardize.orElse(false)) {
            throw new BadInput(
                    "Cannot use data.standardize = true with Bernoulli outputs: their inputs are to stay in [0, 1]."
                            + " Remedy: --set data.standardize=auto, or --set model.output=gaussian");
        }
        Target target =
                switch (model.kind()) {
                    case CLASSIFIER -> new Target.ClassLabel(label);
                    case REGRESSOR -> Target.value(label.orElse(DEFAULT_LABEL), model.distribution());
                    case AUTOENCODER -> new Target.Inputs(label, unit);
                };
        boolean scale = standardize.orElse(!images && !unit);
        return new DataOptions(
                target,
                columns,
                new EncodingOptions(maxCategories, impute, scale),
                BlockOptions.defaults()
                        .withPrecision(model.precision())
                        .withPartitions(partitions.orElse(0))
                        .withStorage(storage));
    }

    /** Whether format or name say that it holds images. */
    boolean namesImages() {
        return format.filter(IDX::equals).isPresent()
                || path.filter(name -> name.contains("idx3-ubyte")).isPresent();
    }
}
