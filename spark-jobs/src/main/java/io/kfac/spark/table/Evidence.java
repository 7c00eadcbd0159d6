package io.kfac.spark.table;

import io.kfac.family.Statistic;
import io.kfac.family.Univariate;
import java.util.List;
import java.util.Optional;

/** {@link Means} with covariances: then standard errors hold whether a family is right or not. */
interface Evidence extends Means {

    /** Of statistics of (x - location) / scale. */
    double covariance(Statistic s, Statistic t, Standard standard);

    /**
     * The maximum-likelihood member.
     * @param estimated numbers of the family that were estimated from the same data before, such as a shape; AIC counts them
     * @return empty where the likelihood has no maximum
     */
    default Optional<FamilyFit> fit(Univariate family, int estimated) {
        Standard standard = standard(family);
        return estimate(family).map(estimate -> {
            List<Statistic> statistics = family.statistics();
            int d = statistics.size();
            double[] covariance = new double[d * d];
            for (int i = 0; i < d; i++) {
                for (int j = 0; j < d; j++) {
                    covariance[i * d + j] = covariance(statistics.get(i), statistics.get(j), standard);
                }
            }
            return FamilyFit.of(estimate, covariance, standard, estimated);
        });
    }
}
