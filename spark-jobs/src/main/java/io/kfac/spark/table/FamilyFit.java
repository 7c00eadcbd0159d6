package io.kfac.spark.table;

import io.kfac.family.Estimate;
import io.kfac.family.Natural;
import io.kfac.family.Univariate;
import java.util.List;

/**
 * The maximum-likelihood member of a family.
 * @param natural       its parameters in the units of {@code standard}
 * @param parameters    its usual parameters, in the data's units
 * @param errors        their standard errors whether the family is right or not (the sandwich)
 * @param fisherErrors  their standard errors if the family is right (the inverse Fisher information)
 * @param logLikelihood base measure and all
 * @param aic           twice the numbers estimated less twice the log-likelihood
 * @param estimated     how many known numbers of the family were estimated as well
 */
record FamilyFit(
        Univariate family,
        Natural natural,
        Standard standard,
        double[] parameters,
        double[] errors,
        double[] fisherErrors,
        double logLikelihood,
        double aic,
        int estimated) {

    /** @param covariance of the family's statistics in the data */
    static FamilyFit of(Estimate estimate, double[] covariance, Standard standard, int estimated) {
        return new FamilyFit(
                (Univariate) estimate.family(),
                estimate.natural(),
                standard,
                standard.restore(estimate.usual()),
                standard.restoreErrors(estimate.sandwichErrors(covariance)),
                standard.restoreErrors(estimate.standardErrors()),
                estimate.logLikelihood(),
                estimate.aic(estimated),
                estimated);
    }

    String name() {
        return family.name();
    }

    List<String> parameterNames() {
        return family.parameterNames();
    }

    double cdf(double x) {
        return family.cdf(natural, standard.apply(x));
    }

    double density(double x) {
        return Math.exp(family.logDensity(natural, standard.apply(x))) / standard.scale();
    }
}
