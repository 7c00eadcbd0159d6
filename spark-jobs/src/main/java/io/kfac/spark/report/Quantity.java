package io.kfac.spark.report;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What is compared. */
public enum Quantity {
    LOSS("training loss", Chart.Format.NUMBER, false),
    TEST_LOSS("test loss", Chart.Format.NUMBER, false),
    ACCURACY("test accuracy", Chart.Format.SHARE, true),
    VALIDATION_LOSS("validation loss", Chart.Format.NUMBER, false),
    BATCH_LOSS("loss of the step's batch", Chart.Format.NUMBER, false);

    private final String label;
    private final Chart.Format format;
    private final boolean rises;

    Quantity(String label, Chart.Format format, boolean rises) {
        this.label = label;
        this.format = format;
        this.rises = rises;
    }

    /** In configuration and files. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<Quantity> of(String key) {
        return Arrays.stream(values()).filter(q -> q.key().equals(key)).findFirst();
    }

    String label() {
        return label;
    }

    /** Whether one value is no worse than another. NaN is worse than all. */
    boolean reaches(double value, double target) {
        return rises ? value >= target : value <= target;
    }

    /** The better one; a number rather than NaN. */
    double better(double a, double b) {
        if (Double.isNaN(a) || Double.isNaN(b)) {
            return Double.isNaN(a) ? b : a;
        }
        return rises ? Math.max(a, b) : Math.min(a, b);
    }

    boolean rises() {
        return rises;
    }

    Chart.Axis axis() {
        return new Chart.Axis(key(), label, format, !rises);
    }

    String text(double value) {
        return format == Chart.Format.NUMBER ? Numbers.digits(value, 3) : Numbers.text(format, value);
    }
}
