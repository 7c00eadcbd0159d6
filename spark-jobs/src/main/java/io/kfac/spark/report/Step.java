package io.kfac.spark.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.kfac.optimizer.LocalRound;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** A step as its line of the run log has it; NaN where the line has no number. @param spent when the step was reported */
record Step(long step, Across.Spent spent, JsonNode line) {

    static Step of(JsonNode line) {
        return new Step(
                line.path("step").longValue(),
                new Across.Spent(
                        number(line, "elapsed"), number(line, "epoch"), number(line, "jobs"), number(line, "bytes")),
                line);
    }

    static double number(JsonNode node, String name) {
        return node.path(name).asDouble(Double.NaN);
    }

    double loss() {
        return number(line, "loss");
    }

    double validationLoss() {
        return number(line, "validationLoss");
    }

    /** What workers did, where the step is a round of local ones. */
    Optional<LocalRound> local() {
        JsonNode local = line.path("local");
        return local.isObject()
                ? Optional.of(new LocalRound(
                        local.path("steps").intValue(),
                        local.path("workers").intValue(),
                        local.path("dropped").intValue(),
                        local.path("scaledBack").intValue()))
                : Optional.empty();
    }

    /** Seconds of the step in one phase. */
    double seconds(Phase phase) {
        return number(line.path("seconds"), phase.key());
    }

    /** Where the time of a step goes. */
    enum Phase {
        FORWARD_BACKWARD("forwardBackward", "forward and backward"),
        FACTORS("factors", "factors"),
        REFRESH("refresh", "refresh and apply"),
        REDUCE("reduce", "reduce"),
        BROADCAST("broadcast", "broadcast"),
        OVERHEAD("overhead", "Spark overhead");

        private final String key;
        private final String label;

        Phase(String key, String label) {
            this.key = key;
            this.label = label;
        }

        String key() {
            return key;
        }

        String label() {
            return label;
        }
    }

    /** What tells how a step rule is doing. */
    enum Gauge {
        DAMPING("damping", "Damping", "λ of the step, added to the metric.", true),
        RHO("rho", "Reduction ratio", "Actual over predicted decrease: 1 where the quadratic model is right.", false),
        STEP_SIZE("stepSize", "Step size", "Size of the factor of the preconditioned gradient.", true),
        MOMENTUM("momentum", "Momentum", "Factor of the previous step.", false),
        GRADIENT("gradientNorm", "Gradient", "Euclidean norm of the mean gradient of the step's batch.", true),
        ROWS("rows", "Batch", "Rows of the step's batch.", true);

        private final String key;
        private final String label;
        private final String caption;
        private final boolean log;

        Gauge(String key, String label, String caption, boolean log) {
            this.key = key;
            this.label = label;
            this.caption = caption;
            this.log = log;
        }

        String key() {
            return key;
        }

        String label() {
            return label;
        }

        String caption() {
            return caption;
        }

        boolean log() {
            return log;
        }

        ToDoubleFunction<Step> of() {
            // Logged as it is added, which goes down; an axis of powers has no place for that.
            return this == STEP_SIZE ? step -> Math.abs(number(step.line(), key)) : step -> number(step.line(), key);
        }
    }
}
