package io.kfac.spark.data;

/** Numbers written the way a person writes them. */
final class Labels {
    private Labels() {}

    /** {@code 1}, not {@code 1.0}; other numbers as Java writes them. */
    static String format(double value) {
        return value == Math.rint(value) && Math.abs(value) < 0x1p53
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
