package io.kfac.spark.table;

import java.util.Arrays;

/**
 * Sums of two tables, group by group.
 * @param reference group x numbers, of which the first is the number of rows
 * @param current   as many numbers
 */
record GroupedSums(double[][] reference, double[][] current) {

    int groups() {
        return reference.length + current.length;
    }

    private double[] group(int g) {
        return g < reference.length ? reference[g] : current[g - reference.length];
    }

    private int width() {
        return reference[0].length;
    }

    static double[] total(double[][] groups) {
        double[] total = new double[groups[0].length];
        for (double[] group : groups) {
            addTo(total, group);
        }
        return total;
    }

    /** out = sum of the chosen ones of all groups, the reference's first. */
    void sum(int[] chosen, double[] out) {
        Arrays.fill(out, 0);
        for (int g : chosen) {
            addTo(out, group(g));
        }
    }

    double[] pooled() {
        double[] total = total(reference);
        addTo(total, total(current));
        return total;
    }

    double[] zeros() {
        return new double[width()];
    }

    private static void addTo(double[] total, double[] more) {
        for (int i = 0; i < total.length; i++) {
            total[i] += more[i];
        }
    }
}
