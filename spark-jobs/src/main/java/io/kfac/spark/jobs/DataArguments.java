package io.kfac.spark.jobs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** Options of the commands that train or plan to: configuration, and short names of its commonest keys. */
final class DataArguments {
    @Option(
            names = "--conf",
            paramLabel = "FILE",
            description = "Configuration, in HOCON; conf/default.conf lists every key with its default.")
    private List<String> conf = new ArrayList<>();

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Sets one key of the configuration, such as model.hidden=[200,100]; may be repeated.")
    private List<String> sets = new ArrayList<>();

    @Option(
            names = "--data",
            paramLabel = "PATH",
            description = "Table to train on: a file, directory or glob of any Hadoop file system."
                    + " Without it: the 8x8 digits that come with the program.")
    private String data;

    @Option(
            names = "--test-data",
            paramLabel = "PATH",
            description = "Table to test on. Without it a fifth of the rows is held out (data.holdout).")
    private String testData;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "libsvm, csv, parquet, idx or any Spark source; told from the file's name where it can be.")
    private String format;

    @Option(
            names = "--label",
            paramLabel = "COLUMN",
            description = "Column of the classes (strings or numbers) or of the values to predict; default 'label'.")
    private String label;

    @Option(names = "--weight", paramLabel = "COLUMN", description = "Column of how often a row counts; default once.")
    private String weight;

    @Option(
            names = "--offset",
            paramLabel = "COLUMN",
            description = "Column that is added to the outputs, such as the log of an exposure; default nothing.")
    private String offset;

    @Option(
            names = "--id-column",
            paramLabel = "COLUMN",
            description = "Column that tells rows apart; default their position in file order.")
    private String id;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Of initial parameters, batches and held-out rows; default 1.")
    private String seed;

    /** Short name for the output, from that of the data. */
    static String nameOf(DataConfig data) {
        if (data.isEmbedded()) {
            return "digits";
        }
        String path = data.path().orElse("table").replaceAll("/+$", "");
        String name = path.substring(path.lastIndexOf('/') + 1)
                .replaceAll("\\..*$", "")
                .replaceAll("[^A-Za-z0-9_-]", "");
        return name.isEmpty() ? "table" : name;
    }

    TrainConfig config() {
        return TrainConfig.of(settings());
    }

    /** All layers as one, keys checked. */
    com.typesafe.config.Config settings() {
        com.typesafe.config.Config file = com.typesafe.config.ConfigFactory.empty();
        for (String name : conf) {
            file = ConfigFile.read(name).withFallback(file);
        }
        Map<String, Object> options = new LinkedHashMap<>();
        put(options, "data.path", data);
        put(options, "data.test", testData);
        put(options, "data.format", format);
        put(options, "data.label", label);
        put(options, "data.weight", weight);
        put(options, "data.offset", offset);
        put(options, "data.id", id);
        put(options, "train.seed", seed);
        return ConfigLayers.merge(file, sets, options);
    }

    private static void put(Map<String, Object> options, String key, String value) {
        if (value != null) {
            options.put(key, value);
        }
    }
}
