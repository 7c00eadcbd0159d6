package io.kfac.spark.table;

import io.kfac.family.Statistic;
import java.util.List;

/** {@link Means} of a column over all groups of two tables: which table a group is from makes no difference. */
record PooledMeans(NumberGroups one, NumberGroups other, double rows, double mean, double variance) implements Means {

    static PooledMeans of(NumberGroups one, NumberGroups other) {
        double[] raw = total(one, other, Statistic.Plain.VALUE, new Standard(middle(one, other), 1));
        double location = middle(one, other) + raw[1] / raw[0];
        double[] squares = total(one, other, Statistic.Plain.SQUARE, new Standard(location, 1));
        return new PooledMeans(one, other, raw[0], location, squares[1] / squares[0]);
    }

    private static double middle(NumberGroups one, NumberGroups other) {
        double low = Math.min(one.min(), other.min());
        double high = Math.max(one.max(), other.max());
        return low / 2 + high / 2;
    }

    private static double[] total(NumberGroups one, NumberGroups other, Statistic statistic, Standard standard) {
        double[] total = new double[2];
        for (NumberGroups side : List.of(one, other)) {
            for (double[] group : side.sums(List.of(statistic), standard)) {
                total[0] += group[0];
                total[1] += group[1];
            }
        }
        return total;
    }

    @Override
    public double min() {
        return Math.min(one.min(), other.min());
    }

    @Override
    public double max() {
        return Math.max(one.max(), other.max());
    }

    @Override
    public boolean integers() {
        return one.integers() && other.integers();
    }

    @Override
    public boolean knows(Statistic statistic) {
        return one.knows(statistic) && other.knows(statistic);
    }

    @Override
    public double mean(Statistic statistic, Standard standard) {
        double[] total = total(one, other, statistic, standard);
        return total[1] / total[0];
    }
}
