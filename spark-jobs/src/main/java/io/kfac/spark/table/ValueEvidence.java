package io.kfac.spark.table;

import io.kfac.family.Statistic;
import io.kfac.spark.data.DistinctNumbers;

/**
 * Values and how often each comes: means of any statistic can be told.
 * @param values ascending
 */
record ValueEvidence(double[] values, double[] times, double rows) implements Evidence {

    static ValueEvidence of(DistinctNumbers counted) {
        double[] values = counted.values();
        double[] times = new double[values.length];
        double rows = 0;
        for (int i = 0; i < values.length; i++) {
            times[i] = counted.rowsOf(values[i]);
            rows += times[i];
        }
        return new ValueEvidence(values, times, rows);
    }

    @Override
    public double min() {
        return values.length == 0 ? Double.POSITIVE_INFINITY : values[0];
    }

    @Override
    public double max() {
        return values.length == 0 ? Double.NEGATIVE_INFINITY : values[values.length - 1];
    }

    @Override
    public boolean integers() {
        for (double value : values) {
            if (value != Math.rint(value)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean knows(Statistic statistic) {
        return true;
    }

    @Override
    public double mean() {
        return min() + mean(Statistic.Plain.VALUE, new Standard(min(), 1));
    }

    @Override
    public double variance() {
        return mean(Statistic.Plain.SQUARE, new Standard(mean(), 1));
    }

    @Override
    public double mean(Statistic statistic, Standard standard) {
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += times[i] * statistic.of(standard.apply(values[i]));
        }
        return sum / rows;
    }

    @Override
    public double covariance(Statistic s, Statistic t, Standard standard) {
        double meanS = mean(s, standard);
        double meanT = mean(t, standard);
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            double x = standard.apply(values[i]);
            sum += times[i] * (s.of(x) - meanS) * (t.of(x) - meanT);
        }
        return sum / rows;
    }
}
