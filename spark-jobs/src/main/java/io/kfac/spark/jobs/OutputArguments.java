package io.kfac.spark.jobs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kfac.spark.engine.Files;
import io.kfac.spark.engine.Json;
import io.kfac.spark.engine.OutputDirectory;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Option;

/** Where the commands that describe tables write: JSON, CSV and a page. */
final class OutputArguments {
    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "Where the page, JSON and CSV go; default runs/COMMAND-TIME.")
    private String output;

    @Option(names = "--overwrite", description = "Replaces the output directory if it exists, once all is done.")
    private boolean overwrite;

    /** @param command for the directory's name where none is given */
    OutputDirectory create(String command, Configuration conf) {
        String directory = Optional.ofNullable(output).orElseGet(() -> "runs/%s-%s"
                .formatted(
                        command,
                        LocalDateTime.now(ZoneId.systemDefault())
                                .format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"))));
        return OutputDirectory.create(directory, overwrite, conf);
    }

    /** Writes NAME.json, NAME.csv and NAME.html, and puts the directory in its place. @return the page */
    static Path write(
            OutputDirectory directory, String name, ObjectNode json, String csv, String html, Configuration conf) {
        Files.write(new Path(directory.path(), name + ".json"), Json.pretty(json), conf);
        Files.write(new Path(directory.path(), name + ".csv"), csv, conf);
        Files.write(new Path(directory.path(), name + ".html"), html, conf);
        directory.commit();
        return new Path(directory.target(), name + ".html");
    }
}
