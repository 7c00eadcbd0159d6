package io.kfac.spark.table;

import io.kfac.family.Statistic;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * A column of numbers by group of rows, for comparing: sums of u = x - centre, of u^2 and of other {@link Statistics}; counts of each
 * value while there are few different ones; rows without a value.
 */
final class NumberGroups implements Serializable {
    private static final long serialVersionUID = 1L;

    /** So few different values are categories, whatever they count or measure. */
    static final int FEW_VALUES = 20;

    private static final int POWERS = 2;

    private final Statistics statistics;
    private final int groups;
    private final boolean[] alive;
    private final double[] rows;
    private final double[] missing;
    private final double[] sums;
    private double[] values = {};
    private double[][] times = {};
    private boolean many;
    private double center = Double.NaN;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;
    private boolean fractions;
    private long notFinite;

    NumberGroups(Statistics statistics, int groups) {
        this.statistics = statistics;
        this.groups = groups;
        this.alive = new boolean[statistics.count()];
        Arrays.fill(alive, true);
        this.rows = new double[groups];
        this.missing = new double[groups];
        this.sums = new double[groups * width()];
    }

    private int width() {
        return POWERS + statistics.count();
    }

    /**
     * Takes values as {@link io.kfac.spark.data.ColumnChunk#numbers} has them.
     * @param group of each row; negative: not used
     * @param work  three times at least {@code count}; overwritten
     */
    void add(double[] x, int[] group, int count, double[][] work, int[] at) {
        double[] compact = work[0];
        int found = 0;
        for (int i = 0; i < count; i++) {
            if (group[i] < 0) {
                continue;
            }
            if (Math.abs(x[i]) <= Double.MAX_VALUE) {
                at[found] = group[i];
                compact[found++] = x[i];
            } else {
                missing[group[i]]++;
                notFinite += Double.isNaN(x[i]) ? 0 : 1;
            }
        }
        if (found > 0) {
            look(compact, found);
            sum(compact, at, found, work[1]);
            for (int i = 0; i < found && !many; i++) {
                count(compact[i], at[i], 1);
            }
        }
    }

    private void look(double[] x, int count) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            min = Math.min(min, x[i]);
            max = Math.max(max, x[i]);
            fractions |= x[i] != Math.rint(x[i]);
            sum += x[i];
        }
        if (Double.isNaN(center)) {
            center = sum / count;
        }
        keepNeeded();
    }

    private void keepNeeded() {
        for (int k = 0; k < alive.length; k++) {
            alive[k] &= statistics.needed(k, min, max, !fractions);
        }
    }

    private void sum(double[] x, int[] at, int count, double[] t) {
        int width = width();
        for (int i = 0; i < count; i++) {
            double u = x[i] - center;
            int base = at[i] * width;
            sums[base] += u;
            sums[base + 1] += u * u;
            rows[at[i]]++;
        }
        for (int k = 0; k < alive.length; k++) {
            if (alive[k]) {
                statistics.get(k).of(x, 0, count, t);
                for (int i = 0; i < count; i++) {
                    sums[at[i] * width + POWERS + k] += t[i];
                }
            }
        }
    }

    private void count(double x, int group, double rows) {
        double value = x + 0.0; // -0.0 is 0.0
        for (int i = 0; i < values.length; i++) {
            if (values[i] == value) {
                times[i][group] += rows;
                return;
            }
        }
        if (values.length == FEW_VALUES) {
            many = true;
            values = new double[0];
            times = new double[0][];
            return;
        }
        values = Arrays.copyOf(values, values.length + 1);
        times = Arrays.copyOf(times, values.length);
        values[values.length - 1] = value;
        times[values.length - 1] = new double[groups];
        times[values.length - 1][group] = rows;
    }

    void merge(NumberGroups that) {
        notFinite += that.notFinite;
        addTo(missing, that.missing);
        if (Double.isNaN(that.center)) {
            return;
        }
        if (Double.isNaN(center)) {
            center = that.center;
        }
        min = Math.min(min, that.min);
        max = Math.max(max, that.max);
        fractions |= that.fractions;
        for (int k = 0; k < alive.length; k++) {
            alive[k] &= that.alive[k];
        }
        keepNeeded();
        double shift = that.center - center;
        int width = width();
        for (int g = 0; g < groups; g++) {
            int base = g * width;
            sums[base + 1] += that.sums[base + 1] + shift * (2 * that.sums[base] + that.rows[g] * shift);
            sums[base] += that.sums[base] + that.rows[g] * shift;
            for (int k = POWERS; k < width; k++) {
                sums[base + k] += that.sums[base + k];
            }
        }
        addTo(rows, that.rows);
        many |= that.many;
        for (int i = 0; i < that.values.length && !many; i++) {
            for (int g = 0; g < groups && !many; g++) {
                if (that.times[i][g] > 0) {
                    count(that.values[i], g, that.times[i][g]);
                }
            }
        }
        if (many) {
            values = new double[0];
            times = new double[0][];
        }
    }

    private static void addTo(double[] sums, double[] more) {
        for (int g = 0; g < sums.length; g++) {
            sums[g] += more[g];
        }
    }

    int groups() {
        return groups;
    }

    double min() {
        return min;
    }

    double max() {
        return max;
    }

    boolean integers() {
        return !fractions;
    }

    boolean knows(Statistic statistic) {
        int k = statistics.indexOf(statistic);
        return statistic == Statistic.Plain.VALUE || statistic == Statistic.Plain.SQUARE || (k >= 0 && alive[k]);
    }

    long notFinite() {
        return notFinite;
    }

    /** Rows without a value, by group. */
    double[] missing() {
        return missing;
    }

    /** Rows with a value, by group. */
    double[] rows() {
        return rows;
    }

    /** Different values, in order of appearance; empty where there are many. */
    double[] values() {
        return values;
    }

    boolean few() {
        return !many;
    }

    /** How often a value comes, by group. */
    double[] times(double value) {
        for (int i = 0; i < values.length; i++) {
            if (values[i] == value) {
                return times[i];
            }
        }
        return new double[groups];
    }

    /** By group, rows and then the sums of statistics of (x - location) / scale. */
    double[][] sums(List<Statistic> wanted, Standard standard) {
        int width = width();
        double[][] all = new double[groups][1 + wanted.size()];
        double d = center - standard.location();
        double scale = standard.scale();
        for (int g = 0; g < groups; g++) {
            if (rows[g] == 0) {
                continue;
            }
            double u = sums[g * width];
            all[g][0] = rows[g];
            for (int i = 0; i < wanted.size(); i++) {
                Statistic statistic = wanted.get(i);
                if (statistic == Statistic.Plain.VALUE) {
                    all[g][1 + i] = (u + rows[g] * d) / scale;
                } else if (statistic == Statistic.Plain.SQUARE) {
                    all[g][1 + i] = (sums[g * width + 1] + d * (2 * u + rows[g] * d)) / (scale * scale);
                } else {
                    all[g][1 + i] = sums[g * width + POWERS + statistics.indexOf(statistic)];
                }
            }
        }
        return all;
    }
}
