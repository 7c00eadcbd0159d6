package io.kfac.spark.jobs;

/** Times for people. */
final class Durations {
    private Durations() {}

    /** {@code 0.42 s}, {@code 3 min 20 s}, {@code 2 h 5 min}. */
    static String text(double seconds) {
        if (seconds < 10) {
            return "%.2g s".formatted(seconds);
        }
        long whole = Math.round(seconds);
        if (whole < 120) {
            return whole + " s";
        }
        return whole < 7_200
                ? "%d min %d s".formatted(whole / 60, whole % 60)
                : "%d h %d min".formatted(whole / 3_600, whole % 3_600 / 60);
    }
}
