package io.kfac.spark.table;

import io.kfac.family.Laplaces;
import io.kfac.family.NegativeBinomials;
import io.kfac.family.Paretos;
import io.kfac.family.Statistic;
import io.kfac.family.Univariate;
import io.kfac.family.Weibulls;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleFunction;

/**
 * Families that are exponential only if a parameter is known, with that parameter estimated: by its own maximum likelihood, each value
 * of it being a fit of its own. AIC counts it.
 */
final class KnownParameters {
    private static final int EVALUATIONS = 80;
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    /** Where the count of failures is as good as Poisson's, and where it is as good as Fisher's logarithmic series. */
    private static final double MOST_FAILURES = 1e6;

    private static final double LEAST_FAILURES = 1e-4;

    private KnownParameters() {}

    /** Of values on the real line. @param median if known; else NaN */
    static List<FamilyFit> densities(Evidence evidence, double median) {
        List<FamilyFit> fits = new ArrayList<>();
        if (evidence.min() > 0) {
            fit(evidence, new Paretos(evidence.min())).ifPresent(fits::add);
            shapes(evidence)
                    .flatMap(range -> best(evidence, Weibulls::new, range))
                    .ifPresent(fits::add);
        }
        if (Double.isFinite(median)) {
            fit(evidence, new Laplaces(median)).ifPresent(fits::add);
        }
        return fits;
    }

    /** Of counts. */
    static List<FamilyFit> counts(Evidence evidence) {
        boolean overdispersed = evidence.min() >= 0 && evidence.variance() > evidence.mean();
        return overdispersed
                ? best(evidence, NegativeBinomials::new, new Range(LEAST_FAILURES, MOST_FAILURES)).stream()
                        .toList()
                : List.of();
    }

    /** Values of a positive parameter. */
    record Range(double from, double to) {}

    /** About the shape that gives log x its variance: pi^2 / (6 shape^2) (Menon 1963). */
    static Optional<Range> shapes(Evidence evidence) {
        if (!evidence.knows(Statistic.Plain.LOG)) {
            return Optional.empty();
        }
        double spread = Math.sqrt(evidence.covariance(Statistic.Plain.LOG, Statistic.Plain.LOG, Standard.RAW));
        double shape = Math.PI / Math.sqrt(6) / spread;
        return Double.isFinite(shape) && shape > 0 ? Optional.of(new Range(shape / 2, 2 * shape)) : Optional.empty();
    }

    private static Optional<FamilyFit> fit(Evidence evidence, Univariate family) {
        return evidence.suits(family) ? evidence.fit(family, 1) : Optional.empty();
    }

    /** By golden sections of the logarithm of the parameter. */
    private static Optional<FamilyFit> best(Evidence evidence, DoubleFunction<Univariate> family, Range range) {
        double low = Math.log(range.from);
        double high = Math.log(range.to);
        double left = high - GOLDEN * (high - low);
        double right = low + GOLDEN * (high - low);
        double atLeft = likelihood(evidence, family, left);
        double atRight = likelihood(evidence, family, right);
        for (int i = 0; i < EVALUATIONS && high - low > 1e-12; i++) {
            if (atLeft > atRight) {
                high = right;
                right = left;
                atRight = atLeft;
                left = high - GOLDEN * (high - low);
                atLeft = likelihood(evidence, family, left);
            } else {
                low = left;
                left = right;
                atLeft = atRight;
                right = low + GOLDEN * (high - low);
                atRight = likelihood(evidence, family, right);
            }
        }
        double at = (low + high) / 2;
        boolean atAnEnd = at - Math.log(range.from()) < 1e-6 || Math.log(range.to()) - at < 1e-6;
        // There the likelihood goes on rising: it has no maximum.
        return atAnEnd ? Optional.empty() : fit(evidence, family.apply(Math.exp(at)));
    }

    private static double likelihood(Evidence evidence, DoubleFunction<Univariate> family, double logParameter) {
        return fit(evidence, family.apply(Math.exp(logParameter)))
                .map(FamilyFit::logLikelihood)
                .orElse(Double.NEGATIVE_INFINITY);
    }
}
