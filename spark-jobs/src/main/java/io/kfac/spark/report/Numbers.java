package io.kfac.spark.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers for people, as {@code report.js} writes them too: three or four digits, units that fit. */
final class Numbers {
    private static final String[] BYTES = {"B", "KiB", "MiB", "GiB", "TiB"};

    private Numbers() {}

    static String text(Chart.Format format, double value) {
        if (!Double.isFinite(value)) {
            return "–";
        }
        return switch (format) {
            case NUMBER -> digits(value, 4);
            case COUNT -> count(value);
            case SECONDS -> seconds(value);
            case BYTES -> bytes(value);
            case SHARE -> digits(100 * value, 4) + "%";
        };
    }

    /** {@code 3.4×}. */
    static String times(double ratio) {
        return digits(ratio, ratio < 10 ? 2 : 3) + "×";
    }

    static String number(double value) {
        return text(Chart.Format.NUMBER, value);
    }

    /** Three digits, but whole numbers whole. */
    private static String count(double value) {
        boolean whole = value == Math.rint(value) && Math.abs(value) < 1e6;
        return whole ? String.format(Locale.ROOT, "%,.0f", value) : digits(value, 3);
    }

    private static String seconds(double value) {
        if (value == 0) {
            return "0";
        }
        if (value < 1e-3) {
            return digits(value * 1e6, 3) + " µs";
        }
        if (value < 1) {
            return digits(value * 1e3, 3) + " ms";
        }
        if (value < 120) {
            return digits(value, 3) + " s";
        }
        return value < 7_200 ? digits(value / 60, 3) + " min" : digits(value / 3_600, 3) + " h";
    }

    private static String bytes(double value) {
        if (value == 0) {
            return "0";
        }
        double left = value;
        int unit = 0;
        while (Math.abs(left) >= 1_024 && unit < BYTES.length - 1) {
            left /= 1_024;
            unit++;
        }
        return digits(left, 3) + " " + BYTES[unit];
    }

    static String digits(double value, int digits) {
        if (value == 0 || !Double.isFinite(value)) {
            return value == 0 ? "0" : "–";
        }
        double size = Math.abs(value);
        if (size >= 1e6 || size < 1e-4) {
            String[] parts =
                    String.format(Locale.ROOT, "%." + (digits - 1) + "e", value).split("e", 2);
            String mantissa = new BigDecimal(parts[0]).stripTrailingZeros().toPlainString();
            return (mantissa + "e" + Integer.parseInt(parts[1])).replace('-', '−');
        }
        if (size >= 1_000) {
            return String.format(Locale.ROOT, "%,.0f", value).replace('-', '−');
        }
        return new BigDecimal(value)
                .round(new MathContext(digits))
                .stripTrailingZeros()
                .toPlainString()
                .replace('-', '−');
    }
}
