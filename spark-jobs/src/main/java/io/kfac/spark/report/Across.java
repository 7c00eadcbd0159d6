package io.kfac.spark.report;

import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What is spent on the way to a loss: the horizontal axes of a comparison. */
public enum Across {
    SECONDS("seconds of training", "less time", Chart.Format.SECONDS, Spent::seconds),
    EPOCHS("epochs", "fewer epochs", Chart.Format.COUNT, Spent::epochs),
    JOBS("Spark jobs", "fewer Spark jobs", Chart.Format.COUNT, Spent::jobs),
    BYTES("bytes sent", "fewer bytes", Chart.Format.BYTES, Spent::bytes);

    private final String label;
    private final String less;
    private final Chart.Format format;

    @SuppressWarnings("ImmutableEnumChecker") // method references are
    private final ToDoubleFunction<Spent> amount;

    Across(String label, String less, Chart.Format format, ToDoubleFunction<Spent> amount) {
        this.label = label;
        this.less = less;
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

    /** {@code "less time"}. */
    String less() {
        return less;
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
