package io.kfac.spark.table;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was found out about one column, or about its rows of one key.
 * @param key        "" where there is no key
 * @param rows       with a value that is used
 * @param missing    rows without one
 * @param notFinite  rows whose value is no finite number
 * @param summary    of numbers
 * @param ranked     fits, best first by AIC, all relative to the same measure
 * @param fitness    of the fits, in the same order; empty where it was not measured
 * @param categories counts in order of labels, where the column is fitted by categories
 * @param refused    why nothing was fitted
 * @param notes      what a reader should know of the column
 */
record ColumnFit(
        String key,
        String column,
        Measure measure,
        long rows,
        long missing,
        long notFinite,
        Optional<Summary> summary,
        List<FamilyFit> ranked,
        List<Fitness> fitness,
        Optional<Histogram> histogram,
        Map<String, Long> categories,
        Optional<String> refused,
        List<String> notes) {

    /** What densities are relative to: likelihoods relative to different measures do not compare. */
    enum Measure {
        LEBESGUE("Lebesgue"),
        COUNTING("counting"),
        CATEGORIES("categories"),
        NONE("none");

        private final String title;

        Measure(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    /** @param sd divided by the number of values @param quartiles of real numbers */
    record Summary(double min, double max, double mean, double sd, Optional<Quartiles> quartiles) {}

    record Quartiles(double lower, double median, double upper) {
        /** Quartiles of the standard normal distribution are so far from 0. */
        private static final double NORMAL = 0.6744897501960817;

        /** Standard deviation of the normal distribution that has these quartiles. */
        double sd() {
            return (upper - lower) / (2 * NORMAL);
        }
    }

    /** The column, and its key if there is one. */
    String name() {
        return key.isEmpty() ? column : "%s (%s)".formatted(column, key);
    }

    Optional<FamilyFit> best() {
        return ranked.stream().findFirst();
    }
}
