package io.kfac.spark.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.kfac.optimizer.LocalTotals;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A run as its directory tells it.
 * @param name     of the directory
 * @param end      how it ended; empty: it was killed, or goes on
 * @param results  {@code metrics.json} where training wrote one; else an empty object
 * @param problems what of it could not be read
 */
record Run(
        String name,
        Description about,
        List<Step> steps,
        List<Look> looks,
        List<Spectrum> spectra,
        List<Closeness> closeness,
        Optional<End> end,
        JsonNode results,
        List<String> problems) {

    /** @param status finished, stopped, diverged or failed */
    record End(String status, String reason) {
        static End of(JsonNode line) {
            JsonNode end = line.path("end");
            return new End(end.path("status").asText(), end.path("reason").asText());
        }

        boolean good() {
            return status.equals("finished") || status.equals("stopped");
        }
    }

    Curve curve(Quantity quantity) {
        return new Curve(
                quantity,
                switch (quantity) {
                    case BATCH_LOSS ->
                        steps.stream()
                                .map(step -> new Curve.Point(step.spent(), step.loss()))
                                .toList();
                    case VALIDATION_LOSS ->
                        steps.stream()
                                .filter(step -> Double.isFinite(step.validationLoss()))
                                .map(step -> new Curve.Point(step.spent(), step.validationLoss()))
                                .toList();
                    default ->
                        looks.stream()
                                .filter(look -> Double.isFinite(look.values().getOrDefault(quantity, Double.NaN)))
                                .map(look -> new Curve.Point(
                                        look.spent(), look.values().get(quantity)))
                                .toList();
                });
    }

    /** All that was spent when it was last seen. */
    Across.Spent spent() {
        if (!steps.isEmpty()) {
            return steps.get(steps.size() - 1).spent();
        }
        return looks.isEmpty()
                ? new Across.Spent(Double.NaN, Double.NaN, Double.NaN, Double.NaN)
                : looks.get(looks.size() - 1).spent();
    }

    long stepsTaken() {
        return steps.isEmpty()
                ? looks.isEmpty() ? 0 : looks.get(looks.size() - 1).step()
                : steps.get(steps.size() - 1).step();
    }

    /** The last value of a quantity: on the way, or what {@code metrics.json} says of the model that was kept. */
    double last(Quantity quantity) {
        double result = Step.number(
                switch (quantity) {
                    case LOSS -> results.path("train");
                    case TEST_LOSS, ACCURACY -> results.path("test");
                    case VALIDATION_LOSS -> results.path("validation");
                    case BATCH_LOSS -> MissingNode.getInstance();
                },
                quantity == Quantity.ACCURACY ? "accuracy" : "loss");
        return Double.isNaN(result) ? curve(quantity).last() : result;
    }

    /** What workers did, where steps are rounds of local ones. */
    LocalTotals local() {
        LocalTotals totals = LocalTotals.NONE;
        for (Step step : steps) {
            totals = step.local().map(totals::plus).orElse(totals);
        }
        return totals;
    }

    boolean good() {
        return end.map(End::good).orElse(true) && (!steps.isEmpty() || !looks.isEmpty());
    }

    /** In a table. */
    String status() {
        return end.map(e -> e.reason().isEmpty()
                        ? e.status()
                        : e.status().equals("finished") ? e.reason() : e.status() + ": " + e.reason())
                .orElse("no end in its log: killed, or still running");
    }

    Map<String, String> setup() {
        return about.setup();
    }
}
