package io.kfac.spark.table;

import io.kfac.spark.report.Chart;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** What both pages need: numbers for people, axes. */
final class Pages {
    private Pages() {}

    /** Four digits. */
    static String number(double value) {
        if (!Double.isFinite(value)) {
            return Double.isNaN(value) ? "–" : value > 0 ? "∞" : "−∞";
        }
        if (value == 0) {
            return "0";
        }
        double size = Math.abs(value);
        if (size >= 1e6 || size < 1e-4) {
            return String.format(Locale.ROOT, "%.3e", value).replace("e+", "e").replace('-', '−');
        }
        if (size >= 1_000) {
            return String.format(Locale.ROOT, "%,.0f", value).replace('-', '−');
        }
        return new BigDecimal(value)
                .round(new MathContext(4))
                .stripTrailingZeros()
                .toPlainString()
                .replace('-', '−');
    }

    static String count(long rows) {
        return String.format(Locale.ROOT, "%,d", rows);
    }

    static Chart.Axis axis(String key, String label) {
        return new Chart.Axis(key, label, Chart.Format.NUMBER, false);
    }

    /** {@code "3 columns"}. */
    static String plural(long count, String what) {
        return "%,d %s%s".formatted(count, what, count == 1 ? "" : "s");
    }
}
