package io.kfac.spark.report;

import io.kfac.spark.data.BadInput;

/** A value to be reached. @param name what to call it beside its value; "" for nothing more */
public record Target(Quantity quantity, double value, String name) {

    public Target(Quantity quantity, double value) {
        this(quantity, value, "");
    }

    public Target {
        if (!Double.isFinite(value)) {
            throw new BadInput(
                    "Cannot use the target %s = %s: it must be a finite number".formatted(quantity.key(), value));
        }
    }

    /** {@code "loss=0.1"}. */
    public static Target parse(String text) {
        String[] parts = text.split("=", 2);
        try {
            return new Target(
                    Quantity.of(parts[0].trim()).orElseThrow(() -> refusal(text)),
                    Double.parseDouble(parts.length < 2 ? "" : parts[1].trim()));
        } catch (NumberFormatException e) {
            throw refusal(text);
        }
    }

    private static BadInput refusal(String text) {
        return new BadInput(
                "Cannot use the target %s: it must be loss, test-loss, accuracy or validation-loss, and a number, such as loss=0.1"
                        .formatted(text));
    }

    String text() {
        return "%s of %s".formatted(quantity.label(), quantity.text(value)) + (name.isEmpty() ? "" : " (" + name + ")");
    }
}
