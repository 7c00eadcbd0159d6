package io.kfac.spark.report;

import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What is spent on the way to a loss: the horizontal axes of a comparison. */
public enum Across {
    SECONDS("seconds of training", Chart.Format.SECONDS, Spent::seconds),
    EPOCHS("epochs", Chart.Format.COUNT, Spent::epochs),
    JOBS("Spark jobs", Chart.Format.COUNT, Spent::jobs),
    BYTES("bytes sent", Chart.Format.BYTES, Spent::bytes);

    private final String label;
    private final Chart.Format format;

    @SuppressWarnings("ImmutableEnumChecker") // method references are
    private final ToDoubleFunction<Spent> amount;

    Across(String label, Chart.Format format, ToDoubleFunction<Spent> amount) {
        this.label = label;
        this.format = format;
        this.amount = amount;
    }

    /**
     * What a run had spent at some point. NaN where it was not measured.
     * @param epochs passes over the training rows
     * @param bytes  sent to and from executors
     */
    public record Spent(double seconds, double epochs, double jobs, double bytes) {}

    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    String label() {
        return label;
    }

    double of(Spent spent) {
        return amount.applyAsDouble(spent);
    }

    Chart.Axis axis() {
        return new Chart.Axis(key(), label, format, true);
    }

    String text(double amount) {
        return Numbers.text(format, amount);
    }
}
