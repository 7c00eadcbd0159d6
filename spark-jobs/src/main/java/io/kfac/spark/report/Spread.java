package io.kfac.spark.report;

import java.util.List;

/**
 * A number over seeds. A run that did not get there counts as infinity, so the median is finite only if more than half did.
 * @param known how many are finite
 * @param of    how many runs there are
 */
record Spread(double median, double least, double most, int known, int of) {

    /** @param values infinity where a run did not get there, NaN where nobody measured */
    static Spread of(List<Double> values) {
        double[] sorted = values.stream()
                .mapToDouble(v -> v)
                .filter(v -> !Double.isNaN(v))
                .sorted()
                .toArray();
        int n = sorted.length;
        if (n == 0) {
            return new Spread(Double.NaN, Double.NaN, Double.NaN, 0, values.size());
        }
        double median = n % 2 == 1 ? sorted[n / 2] : middle(sorted[n / 2 - 1], sorted[n / 2]);
        int known =
                (int) java.util.Arrays.stream(sorted).filter(Double::isFinite).count();
        return new Spread(median, sorted[0], sorted[n - 1], known, values.size());
    }

    private static double middle(double a, double b) {
        return Double.isInfinite(b) ? b : a + (b - a) / 2;
    }

    /** Whether more than half got there. */
    boolean reached() {
        return Double.isFinite(median);
    }

    boolean measured() {
        return !Double.isNaN(median);
    }
}
