package io.kfac.spark.jobs;

import io.kfac.family.Univariate;
import io.kfac.spark.data.TableSource;
import io.kfac.spark.table.FitOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options of the commands that look at tables as they are: how they are read, and which columns of them. */
final class SourceArguments {
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

    @Option(names = "--columns", paramLabel = "A,B,...", split = ",", description = "Only these columns.")
    private List<String> columns = new ArrayList<>();

    @Option(names = "--drop", paramLabel = "A,B,...", split = ",", description = "Not these columns.")
    private List<String> drop = new ArrayList<>();

    @Option(
            names = "--family",
            paramLabel = "COLUMN=FAMILY",
            description = "A family for a column of numbers, such as claims=negative-binomial(2) or delay=weibull(1.5);"
                    + " may be repeated.")
    private Map<String, String> families = new LinkedHashMap<>();

    TableSource source(String path) {
        return new TableSource(List.of(path), Optional.ofNullable(format), options);
    }

    List<String> columns() {
        return columns;
    }

    List<String> drop() {
        return drop;
    }

    Map<String, Univariate> families() {
        return FitOptions.families(families);
    }
}
