package io.kfac.spark.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** A point of a run, judged off its clock: on the same rows and by the same code for all optimizers. */
record Look(long step, Across.Spent spent, Map<Quantity, Double> values) {

    static Look of(JsonNode line) {
        JsonNode look = line.path("look");
        return new Look(
                look.path("step").longValue(),
                new Across.Spent(
                        Step.number(look, "elapsed"),
                        Step.number(look, "epoch"),
                        Step.number(look, "jobs"),
                        Step.number(look, "bytes")),
                Map.of(
                        Quantity.LOSS, Step.number(look, "loss"),
                        Quantity.TEST_LOSS, Step.number(look, "testLoss"),
                        Quantity.ACCURACY, Step.number(look, "testAccuracy")));
    }
}
