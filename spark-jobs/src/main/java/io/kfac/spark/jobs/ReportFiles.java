package io.kfac.spark.jobs;

import io.kfac.spark.data.BadInput;
import io.kfac.spark.engine.Files;
import io.kfac.spark.report.Report;
import io.kfac.spark.report.RunFiles;
import io.kfac.spark.report.Target;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Reports on runs that lie on any Hadoop file system. */
final class ReportFiles {
    private ReportFiles() {}

    /**
     * Writes report.html, report.json and report.csv, each whole or not at all.
     * @param targets empty: chosen from what the runs reached
     * @return the comparison in a sentence
     */
    static String write(String title, List<RunFiles> runs, List<Target> targets, Path into, Configuration conf) {
        Report report = Report.of(title, runs, targets);
        report.files().forEach((name, text) -> Files.writeWhole(new Path(into, name), text, conf));
        return report.sentence();
    }

    /** @param name what the report calls it */
    static RunFiles of(Path directory, String name, Configuration conf) {
        return new RunFiles() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Optional<String> read(String file) {
                Path path = new Path(directory, file);
                try {
                    return Files.system(path, conf).exists(path)
                            ? Optional.of(Files.read(path, conf))
                            : Optional.empty();
                } catch (IOException e) {
                    throw new BadInput("Cannot read %s: %s".formatted(path, e.getMessage()), e);
                }
            }
        };
    }
}
