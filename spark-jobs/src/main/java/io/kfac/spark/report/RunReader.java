package io.kfac.spark.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.engine.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the directory of a run. What a killed run left half written, or nobody can read, is passed over and reported. */
final class RunReader {
    private final RunFiles files;
    private final List<Step> steps = new ArrayList<>();
    private final List<Look> looks = new ArrayList<>();
    private final List<Spectrum> spectra = new ArrayList<>();
    private final List<Closeness> closeness = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private Optional<Run.End> end = Optional.empty();

    private RunReader(RunFiles files) {
        this.files = files;
    }

    /** @throws BadInput if there is no run log */
    static Run read(RunFiles files) {
        return new RunReader(files).read();
    }

    private Run read() {
        String log = files.read("run.jsonl")
                .orElseThrow(() -> new BadInput(
                        "Cannot read a run from %s: it has no run.jsonl. Remedy: give a directory that kfac train or compare wrote"
                                .formatted(files.name())));
        Optional<JsonNode> about = object("run.json");
        lines(log);
        if (steps.isEmpty() && looks.isEmpty() && end.isEmpty()) {
            problems.add("run.jsonl holds no step");
        }
        return new Run(
                files.name(),
                about.map(json -> Description.of(json, files.name()))
                        .orElseGet(() -> Description.unknown(files.name())),
                List.copyOf(steps),
                List.copyOf(looks),
                List.copyOf(spectra),
                List.copyOf(closeness),
                end,
                object("metrics.json").orElseGet(Json::object),
                List.copyOf(problems));
    }

    private Optional<JsonNode> object(String file) {
        return files.read(file).flatMap(text -> {
            Optional<JsonNode> json = parse(text);
            if (json.isEmpty()) {
                problems.add("%s is no JSON object and was passed over".formatted(file));
            }
            return json;
        });
    }

    private void lines(String log) {
        List<String> lines = log.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).isBlank()) {
                continue;
            }
            Optional<JsonNode> line = parse(lines.get(i));
            if (line.isEmpty() || !take(line.get())) {
                boolean cut = i == lines.size() - 1 && !log.endsWith("\n");
                problems.add("line %,d of run.jsonl %s and was passed over"
                        .formatted(i + 1, cut ? "is cut off, as a killed run leaves it," : "is no line of a run log"));
            }
        }
    }

    private static Optional<JsonNode> parse(String text) {
        try {
            return Optional.of(Json.parse(text)).filter(JsonNode::isObject);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private boolean take(JsonNode line) {
        if (line.path("step").isIntegralNumber()) {
            steps.add(Step.of(line));
        } else if (line.path("look").isObject()) {
            looks.add(Look.of(line));
        } else if (line.path("spectrum").isObject()) {
            spectra.add(Spectrum.of(line));
        } else if (line.path("probe").isObject()) {
            closeness.add(Closeness.of(line));
        } else if (line.path("end").isObject()) {
            end = Optional.of(Run.End.of(line));
        } else {
            return false;
        }
        return true;
    }
}
