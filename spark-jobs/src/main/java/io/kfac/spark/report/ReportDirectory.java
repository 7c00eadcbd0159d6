package io.kfac.spark.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.engine.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reports on directories of this machine, with nothing but the JDK. */
public final class ReportDirectory {
    /** In a comparison's directory: its title, targets and runs. */
    public static final String LIST = "compare.json";

    private final List<RunFiles> runs = new ArrayList<>();
    private final List<Target> targets = new ArrayList<>();
    private Optional<String> title = Optional.empty();

    private ReportDirectory() {}

    /**
     * Writes report.html, report.json and report.csv, each whole or not at all.
     * @param directories of runs, or of comparisons
     * @param targets     empty: those of the comparison, else chosen from what the runs reached
     * @return the comparison in a sentence
     * @throws BadInput if one holds neither, or cannot be written to
     */
    public static String write(List<Path> directories, List<Target> targets, Path into) {
        ReportDirectory found = new ReportDirectory();
        directories.forEach(found::add);
        Report report = Report.of(
                found.title.orElse(
                        directories.size() == 1 ? name(directories.get(0)) : "%d runs".formatted(found.runs.size())),
                found.runs,
                targets.isEmpty() ? found.targets : targets);
        report.files().forEach((name, text) -> write(into, name, text));
        return report.sentence();
    }

    private static String name(Path directory) {
        return directory.toAbsolutePath().normalize().getFileName().toString();
    }

    private void add(Path directory) {
        RunFiles files = RunFiles.of(directory);
        Optional<String> list = files.read(LIST);
        if (list.isEmpty()) {
            runs.add(files);
            return;
        }
        JsonNode json = parse(list.get(), directory);
        json.path("runs").forEach(run -> runs.add(RunFiles.of(directory.resolve(run.asText()))));
        json.path("targets").forEach(target -> targets.add(Target.parse(target.asText())));
        title = Optional.of(json.path("title").asText(name(directory)));
    }

    private static JsonNode parse(String text, Path directory) {
        try {
            return Json.parse(text);
        } catch (JsonProcessingException e) {
            throw new BadInput(
                    "Cannot read %s: it is no JSON. Remedy: give the directories of its runs"
                            .formatted(directory.resolve(LIST)),
                    e);
        }
    }

    private static void write(Path into, String name, String text) {
        try {
            Files.createDirectories(into);
            Path aside = into.resolve("." + name + ".tmp");
            Files.writeString(aside, text);
            Files.move(aside, into.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new BadInput("Cannot write %s: %s".formatted(into.resolve(name), e.getMessage()), e);
        }
    }
}
