package io.kfac.spark.engine;

import java.util.Locale;

/** Amounts of memory for people, and as Spark's settings. */
public final class Bytes {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    private Bytes() {}

    /** {@code 12.3 MiB}. */
    public static String text(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
    }

    /** {@code 12g}: at least so much, as Spark's options take it. */
    static String setting(long bytes) {
        long mebibytes = (bytes + (1 << 20) - 1) >> 20;
        return mebibytes < 2048 ? mebibytes + "m" : (mebibytes + 1023) / 1024 + "g";
    }
}
