package io.kfac.spark.table;

import io.kfac.family.BaseMeasure;
import io.kfac.family.Estimate;
import io.kfac.family.Statistic;
import io.kfac.family.Univariate;
import java.util.List;
import java.util.Optional;

/** What was summed up of a column of numbers: all that a maximum-likelihood fit needs to know of the data. */
interface Evidence {
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

    /** As {@link #mean(Statistic, Standard)}. */
    double covariance(Statistic s, Statistic t, Standard standard);

    /** Whether the family could have produced these values, and enough is known to say how. */
    default boolean suits(Univariate family) {
        return family.support().admits(min(), max(), integers())
                && family.statistics().stream().allMatch(this::knows)
                && family.base().terms().stream().map(BaseMeasure.Term::statistic).allMatch(this::knows);
    }

    /**
     * The maximum-likelihood member.
     * @param estimated numbers of the family that were estimated from the same data before, such as a shape; AIC counts them
     * @return empty where the likelihood has no maximum
     */
    default Optional<FamilyFit> fit(Univariate family, int estimated) {
        Standard standard = Standard.of(family, mean(), Math.sqrt(variance()));
        List<Statistic> statistics = family.statistics();
        int d = statistics.size();
        double[] sums = new double[d];
        double[] covariance = new double[d * d];
        for (int i = 0; i < d; i++) {
            sums[i] = rows() * mean(statistics.get(i), standard);
        }
        double logBase = family.base().constant();
        for (BaseMeasure.Term term : family.base().terms()) {
            logBase += term.coefficient() * mean(term.statistic(), standard);
        }
        // A density in other units is larger by the ratio of the units.
        double logBaseSum = rows() * (logBase - Math.log(standard.scale()));
        Optional<Estimate> estimate = Estimate.of(family, rows(), sums, logBaseSum);
        if (estimate.isEmpty() || !Double.isFinite(estimate.get().logLikelihood())) {
            return Optional.empty();
        }
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                covariance[i * d + j] = covariance(statistics.get(i), statistics.get(j), standard);
            }
        }
        return Optional.of(FamilyFit.of(estimate.get(), covariance, standard, estimated));
    }
}
