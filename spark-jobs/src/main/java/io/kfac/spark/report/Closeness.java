package io.kfac.spark.report;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * How close the step that an optimizer would take was to that of the exact Fisher, on a probe batch.
 * @param cosine    of the angle between them in the metric of the damped Fisher
 * @param euclidean the same in parameters as they are
 */
record Closeness(long step, double cosine, double euclidean) {

    static Closeness of(JsonNode line) {
        JsonNode probe = line.path("probe");
        return new Closeness(
                probe.path("step").longValue(), Step.number(probe, "cosine"), Step.number(probe, "euclidean"));
    }
}
