package io.kfac.spark.table;

import io.kfac.family.Statistic;
import io.kfac.spark.data.ColumnChunk;
import java.io.Serializable;
import java.util.Arrays;

/**
 * Means and covariances of the {@link Statistics} of a column's values, in one pass: sums of v = (u, u^2, t_1 - c_1, t_2 - c_2, ...) and
 * of v v', where u is the value less a centre, near its mean, so that large means cost no digits. Sums about different centres are
 * merged exactly, since v about the one is a linear function of v about the other.
 */
final class StatisticSums implements Evidence, Serializable {
    private static final long serialVersionUID = 1L;
    private static final int POWERS = 2;

    private final Statistics statistics;
    private final boolean[] alive;
    private double[] centers;
    private double[] first;
    private double[] second;
    private double rows;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;
    private boolean fractions;

    StatisticSums(Statistics statistics) {
        this.statistics = statistics;
        this.alive = new boolean[statistics.count()];
        Arrays.fill(alive, true);
        int width = width();
        this.centers = new double[1 + statistics.count()];
        this.first = new double[width];
        this.second = new double[width * width];
    }

    private int width() {
        return POWERS + statistics.count();
    }

    /** Where statistics of a chunk are computed; many sums share it. */
    static final class Scratch {
        private final double[][] v;
        private final double[] weighted = new double[ColumnChunk.CAPACITY];

        Scratch(Statistics statistics) {
            v = new double[POWERS + statistics.count()][ColumnChunk.CAPACITY];
        }
    }

    /** Takes values, all finite. @param count at most {@link ColumnChunk#CAPACITY} */
    void add(double[] x, int count, Scratch scratch) {
        prepare(x, count, scratch);
        sum(count, scratch, false);
    }

    /** @param times how often each value counts */
    void add(double[] x, double[] times, int count, Scratch scratch) {
        prepare(x, count, scratch);
        System.arraycopy(times, 0, scratch.weighted, 0, count);
        sum(count, scratch, true);
    }

    private void prepare(double[] x, int count, Scratch scratch) {
        if (count == 0) {
            return;
        }
        look(x, count);
        boolean starts = rows == 0;
        if (starts) {
            centers[0] = mean(x, count);
        }
        double center = centers[0];
        double[] u = scratch.v[0];
        double[] squares = scratch.v[1];
        for (int i = 0; i < count; i++) {
            double d = x[i] - center;
            u[i] = d;
            squares[i] = d * d;
        }
        for (int k = 0; k < alive.length; k++) {
            if (alive[k]) {
                double[] t = scratch.v[POWERS + k];
                statistics.get(k).of(x, 0, count, t);
                if (starts) {
                    centers[1 + k] = mean(t, count);
                }
                double c = centers[1 + k];
                for (int i = 0; i < count; i++) {
                    t[i] -= c;
                }
            }
        }
    }

    private void look(double[] x, int count) {
        double least = min;
        double most = max;
        for (int i = 0; i < count; i++) {
            least = Math.min(least, x[i]);
            most = Math.max(most, x[i]);
        }
        min = least;
        max = most;
        for (int i = 0; i < count && !fractions; i++) {
            fractions = x[i] != Math.rint(x[i]);
        }
        keepNeeded();
    }

    private void keepNeeded() {
        for (int k = 0; k < alive.length; k++) {
            alive[k] &= statistics.needed(k, min, max, !fractions);
        }
    }

    private static double mean(double[] x, int count) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += x[i];
        }
        return sum / count;
    }

    private boolean tracks(int a) {
        return a < POWERS || alive[a - POWERS];
    }

    private void sum(int count, Scratch scratch, boolean times) {
        int width = width();
        double[] product = new double[times ? count : 0];
        for (int a = 0; a < width; a++) {
            if (!tracks(a)) {
                continue;
            }
            double[] left = scratch.v[a];
            if (times) {
                for (int i = 0; i < count; i++) {
                    product[i] = scratch.weighted[i] * left[i];
                }
                left = product;
            }
            first[a] += sum(left, count);
            for (int b = a; b < width; b++) {
                if (tracks(b)) {
                    second[a * width + b] += dot(left, scratch.v[b], count);
                }
            }
        }
        rows += times ? sum(scratch.weighted, count) : count;
    }

    /** Four sums side by side: one alone waits for each addition. */
    private static double sum(double[] x, int count) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i + 4 <= count; i += 4) {
            s0 += x[i];
            s1 += x[i + 1];
            s2 += x[i + 2];
            s3 += x[i + 3];
        }
        for (; i < count; i++) {
            s0 += x[i];
        }
        return (s0 + s1) + (s2 + s3);
    }

    private static double dot(double[] x, double[] y, int count) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i + 4 <= count; i += 4) {
            s0 += x[i] * y[i];
            s1 += x[i + 1] * y[i + 1];
            s2 += x[i + 2] * y[i + 2];
            s3 += x[i + 3] * y[i + 3];
        }
        for (; i < count; i++) {
            s0 += x[i] * y[i];
        }
        return (s0 + s1) + (s2 + s3);
    }

    void merge(StatisticSums that) {
        if (that.rows == 0) {
            return;
        }
        min = Math.min(min, that.min);
        max = Math.max(max, that.max);
        fractions |= that.fractions;
        if (rows == 0) {
            centers = that.centers.clone();
            first = that.first.clone();
            second = that.second.clone();
        } else {
            addShifted(that);
        }
        rows += that.rows;
        for (int k = 0; k < alive.length; k++) {
            alive[k] &= that.alive[k];
        }
        keepNeeded();
    }

    /** v about my centres is A v + b, A being 1 but for 2 shift between u^2 and u. */
    private void addShifted(StatisticSums that) {
        int width = width();
        double shift = that.centers[0] - centers[0];
        double[] b = new double[width];
        b[0] = shift;
        b[1] = shift * shift;
        for (int k = 0; k < alive.length; k++) {
            b[POWERS + k] = that.centers[1 + k] - centers[1 + k];
        }
        double[] moved = that.first.clone();
        moved[1] += 2 * shift * moved[0];
        double[] products = that.second.clone();
        for (int j = 1; j < width; j++) { // rows of A v v'
            products[width + j] += 2 * shift * products[j];
        }
        // The lower triangle is not kept: v_1 v_0 is v_0 v_1, of which the rest of A v v' A' needs the old one.
        double old01 = that.second[1];
        products[width + 1] += 2 * shift * (old01 + 2 * shift * that.second[0]);
        products[1] += 2 * shift * that.second[0];
        for (int i = 0; i < width; i++) {
            for (int j = i; j < width; j++) {
                second[i * width + j] +=
                        products[i * width + j] + moved[i] * b[j] + b[i] * moved[j] + that.rows * b[i] * b[j];
            }
        }
        for (int i = 0; i < width; i++) {
            first[i] += moved[i] + that.rows * b[i];
        }
    }

    @Override
    public double rows() {
        return rows;
    }

    @Override
    public double min() {
        return min;
    }

    @Override
    public double max() {
        return max;
    }

    @Override
    public boolean integers() {
        return !fractions;
    }

    @Override
    public double mean() {
        return centers[0] + first[0] / rows;
    }

    @Override
    public double variance() {
        double shift = first[0] / rows;
        return Math.max(0, first[1] / rows - shift * shift);
    }

    @Override
    public boolean knows(Statistic statistic) {
        int k = statistics.indexOf(statistic);
        return statistic == Statistic.Plain.VALUE || statistic == Statistic.Plain.SQUARE || (k >= 0 && alive[k]);
    }

    @Override
    public double mean(Statistic statistic, Standard standard) {
        double[] linear = linear(statistic, standard);
        double sum = linear[width()];
        for (int a = 0; a < width(); a++) {
            sum += linear[a] * first[a] / rows;
        }
        return sum;
    }

    @Override
    public double covariance(Statistic s, Statistic t, Standard standard) {
        int width = width();
        double[] left = linear(s, standard);
        double[] right = linear(t, standard);
        double sum = 0;
        for (int a = 0; a < width; a++) {
            for (int b = 0; b < width; b++) {
                if (left[a] != 0 && right[b] != 0) {
                    double product = second[Math.min(a, b) * width + Math.max(a, b)] / rows;
                    sum += left[a] * right[b] * (product - first[a] / rows * (first[b] / rows));
                }
            }
        }
        return sum;
    }

    /** Coefficients of v, then the constant. */
    private double[] linear(Statistic statistic, Standard standard) {
        int width = width();
        double[] linear = new double[width + 1];
        double d = centers[0] - standard.location();
        double s = standard.scale();
        if (statistic == Statistic.Plain.VALUE) {
            linear[0] = 1 / s;
            linear[width] = d / s;
        } else if (statistic == Statistic.Plain.SQUARE) {
            linear[0] = 2 * d / (s * s);
            linear[1] = 1 / (s * s);
            linear[width] = d * d / (s * s);
        } else {
            if (!knows(statistic)) {
                throw new IllegalStateException(
                        "Cannot tell the mean of %s: it was not summed up".formatted(statistic));
            }
            int k = statistics.indexOf(statistic);
            linear[POWERS + k] = 1;
            linear[width] = centers[1 + k];
        }
        return linear;
    }
}
