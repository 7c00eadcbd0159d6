package io.kfac.spark.table;

import io.kfac.family.BaseMeasure;
import io.kfac.family.Estimate;
import io.kfac.family.Statistic;
import io.kfac.family.Univariate;
import java.util.List;
import java.util.Optional;

/** Means of statistics of a column of numbers: all that its likelihoods depend on. */
interface Means {
    /** Values. */
    double rows();

    double min();

    double max();

    /** Whether all values are whole numbers. */
    boolean integers();

    double mean();

    /** Divided by the number of values. */
    double variance();

    /** Whether means of it are known. */
    boolean knows(Statistic statistic);

    /** Mean of a statistic of (x - location) / scale; for others than values and squares these are 0 and 1. */
    double mean(Statistic statistic, Standard standard);

    /** Whether the family could have produced these values, and enough is known to say how. */
    default boolean suits(Univariate family) {
        return family.support().admits(min(), max(), integers())
                && family.statistics().stream().allMatch(this::knows)
                && family.base().terms().stream()
                        .map(BaseMeasure.Term::statistic)
                        .allMatch(this::knows);
    }

    default Standard standard(Univariate family) {
        return Standard.of(family, mean(), Math.sqrt(variance()));
    }

    /** The maximum-likelihood member in {@link #standard} units; empty where the likelihood has no maximum. */
    default Optional<Estimate> estimate(Univariate family) {
        Standard standard = standard(family);
        List<Statistic> statistics = family.statistics();
        double[] sums = new double[statistics.size()];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = rows() * mean(statistics.get(i), standard);
        }
        double logBase = family.base().constant();
        for (BaseMeasure.Term term : family.base().terms()) {
            logBase += term.coefficient() * mean(term.statistic(), standard);
        }
        // A density in other units is larger by the ratio of the units.
        double logBaseSum = rows() * (logBase - Math.log(standard.scale()));
        return Estimate.of(family, rows(), sums, logBaseSum)
                .filter(estimate -> Double.isFinite(estimate.logLikelihood()));
    }
}
