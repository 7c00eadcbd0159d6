package io.kfac.family;

/**
 * A count with more variance than a Poisson's, mu + mu^2 / r: Poisson with a gamma-distributed mean of shape r. Large r is nearly
 * Poisson. For given r it is binomial in disguise: of y + r trials y succeeded, each with probability mu / (mu + r).
 * @param r finite and positive; what R calls theta or size
 */
public record NegativeBinomial(double r) implements Distribution {
    public NegativeBinomial {
        if (!(r > 0 && r <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "Cannot use r = %s for the negative binomial: it must be finite and positive".formatted(r));
        }
    }

    @Override
    public String name() {
        return "negative-binomial";
    }

    @Override
    public Domain domain() {
        return Domain.NOT_NEGATIVE;
    }

    @Override
    public QuadraticVariance variance() {
        return new QuadraticVariance(0, 1, 1 / r);
    }

    @Override
    public IndependentOutputs canonicalLink() {
        return new CanonicalNegativeBinomial(this);
    }

    /** log mu - log y is also how much the log-odds of a success differ. */
    @Override
    public double logGap(double y, double x) {
        return (y + r) * Scalars.logOddsGap(y / (y + r), r / (y + r), x);
    }

    @Override
    public double edgeGap(double y, double z) {
        return r * Scalars.softplus(z - Math.log(r));
    }

    @Override
    public double logPartition(double theta) {
        return -r * Scalars.log1mExp(theta);
    }

    @Override
    public double negativeEntropy(double mean) {
        return Scalars.xLogY(mean, mean / (mean + r)) - r * Math.log1p(mean / r);
    }

    @Override
    public boolean hasDispersion() {
        return false;
    }

    @Override
    public double likelihoodDispersion(double deviance, double rows, double weight) {
        return 1;
    }

    @Override
    public double logLikelihood(double y, double mean, double weight, double dispersion) {
        return weight == 0
                ? 0
                : weight
                        * (Scalars.logGamma(y + r)
                                - Scalars.logGamma(r)
                                - Scalars.logGamma(y + 1)
                                - r * Math.log1p(mean / r)
                                + Scalars.xLogY(y, mean / (mean + r)));
    }

    @Override
    public double sample(double mean, long key) {
        double intensity = Draws.gamma(r, CounterRandom.key(key, 1)) * (mean / r);
        return Draws.poisson(intensity, CounterRandom.key(key, 2));
    }
}
