package io.kfac.family;

import java.io.Serializable;

/**
 * How one number is distributed about its mean: a natural exponential family with a quadratic variance function (Morris 1982) and,
 * for some, a dispersion. What R calls a family; with a link it becomes {@link IndependentOutputs}.
 *
 * <p>Gaps are Fenchel-Young gaps F(theta) + F*(y) - theta y: half of the unit deviance, 0 where the mean is y, and equal to the
 * divergence KL(y || mean) of the two distributions at dispersion 1.
 */
public sealed interface Distribution extends Serializable permits Normal, Binomial, Poisson, Gamma, NegativeBinomial {

    /** As in configuration: {@code poisson}. */
    String name();

    /** Of targets; means lie in its interior. */
    Domain domain();

    /** Variance at dispersion 1. */
    QuadraticVariance variance();

    /** Outputs z = theta, the natural parameter. */
    IndependentOutputs canonicalLink();

    /** Outputs z = log of the mean. */
    default IndependentOutputs logLink() {
        return new LogLink(this);
    }

    /** The gap between y and a mean, both inside the domain. @param x log(mean / y), however small: no digits are lost */
    double logGap(double y, double x);

    /** As {@link #logGap} for a y on the edge of the domain (or, where it may be, below 0). @param z log of the mean */
    double edgeGap(double y, double z);

    /** z[i] = gap between targets[i] and the mean exp(z[i]); infinite where that is no mean. */
    default void logLosses(double[] z, double[] targets) {
        for (int i = 0; i < z.length; i++) {
            double y = targets[i];
            z[i] = y > 0 ? logGap(y, z[i] - Math.log(y)) : edgeGap(y, z[i]);
        }
    }

    /** The gap between y and a mean: half the unit deviance of McCullagh and Nelder (1989), sec. 2.3. */
    default double gap(double y, double mean) {
        return y > 0 ? logGap(y, Math.log(mean / y)) : edgeGap(y, Math.log(mean));
    }

    /** F(theta), whose derivative is the mean. */
    double logPartition(double theta);

    /** F*(mean) = theta mean - F(theta), whose derivative is theta. */
    double negativeEntropy(double mean);

    /** Whether R's summary estimates a dispersion: Pearson's statistic over the degrees of freedom. Else it is 1. */
    boolean hasDispersion();

    /**
     * The dispersion at which R's {@code logLik} and {@code AIC} evaluate the likelihood; they count it as one more parameter.
     * @param deviance of the fit
     * @param rows     of positive weight
     * @param weight   sum of weights
     */
    double likelihoodDispersion(double deviance, double rows, double weight);

    /**
     * What a row adds to the log-likelihood, base measure and all, as in R's {@code AIC}.
     * @param weight     how often the row counts (normal: divides its variance; binomial: the trials of which y is the share)
     * @param dispersion ignored by those that have none
     */
    double logLikelihood(double y, double mean, double weight, double dispersion);

    /** A draw at dispersion 1. @param key of this draw: equal keys give equal draws */
    double sample(double mean, long key);
}
