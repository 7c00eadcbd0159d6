package io.kfac.spark.jobs;

import io.kfac.spark.data.TableSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options of the commands that apply a model to a table. */
final class TableArguments {
    @Option(
            names = "--model",
            paramLabel = "DIR",
            required = true,
            description = "Output directory of kfac train, or the model directory in it.")
    private String model;

    @Option(
            names = "--data",
            paramLabel = "PATH",
            required = true,
            description = "Table with the columns that the model was trained on.")
    private String data;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "libsvm, csv, parquet, idx or any Spark source; told from the file's name where it can be.")
    private String format;

    @Option(
            names = "--option",
            paramLabel = "KEY=VALUE",
            description = "Option of Spark's reader, such as sep=;  may be repeated.")
    private Map<String, String> options = new LinkedHashMap<>();

    String model() {
        return model;
    }

    TableSource source() {
        return new TableSource(List.of(data), Optional.ofNullable(format), options);
    }
}
