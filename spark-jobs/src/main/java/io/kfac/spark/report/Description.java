package io.kfac.spark.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.kfac.spark.engine.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a run is: {@code run.json}, written when it starts.
 * @param label     of the run and of those with other seeds
 * @param baseline  whether it is one that others are compared with
 * @param trial     which member of its label's tuning grid it is; empty: none
 * @param notes     what a reader must know to judge it
 * @param setup     optimizer, data, model, plan, ... by name
 */
record Description(
        String label,
        boolean baseline,
        Optional<Trial> trial,
        long seed,
        String command,
        List<String> notes,
        Map<String, String> setup,
        Map<String, String> environment,
        JsonNode configuration) {

    /** A point of a tuning grid. */
    record Trial(double learningRate, double batchRows) {}

    static Description of(JsonNode json, String name) {
        JsonNode trial = json.path("trial");
        List<String> notes = new ArrayList<>();
        json.path("notes").forEach(note -> notes.add(note.asText()));
        return new Description(
                json.path("label").asText(json.path("optimizer").asText(name)),
                json.path("baseline").asBoolean(),
                trial.isObject()
                        ? Optional.of(new Trial(Step.number(trial, "learningRate"), Step.number(trial, "batchRows")))
                        : Optional.empty(),
                json.path("seed").asLong(),
                json.path("command").asText(),
                List.copyOf(notes),
                texts(json.path("setup")),
                texts(json.path("environment")),
                json.path("configuration"));
    }

    /** Of a run that left none. */
    static Description unknown(String name) {
        return of(Json.object(), name);
    }

    private static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new LinkedHashMap<>();
        object.fields()
                .forEachRemaining(
                        field -> texts.put(field.getKey(), field.getValue().asText()));
        return texts;
    }
}
