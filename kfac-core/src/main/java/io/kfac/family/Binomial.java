package io.kfac.family;

/** The share of successes, in [0, 1], of as many trials as the row's weight says: variance mu (1 - mu) of a single one. */
public record Binomial() implements Distribution {
    private static final QuadraticVariance VARIANCE = new QuadraticVariance(0, 1, -1);

    @Override
    public String name() {
        return "binomial";
    }

    @Override
    public Domain domain() {
        return Domain.UNIT;
    }

    @Override
    public QuadraticVariance variance() {
        return VARIANCE;
    }

    @Override
    public IndependentOutputs canonicalLink() {
        return new Bernoulli();
    }

    @Override
    public double logGap(double y, double x) {
        return Scalars.logProbabilityGap(y, x);
    }

    @Override
    public double edgeGap(double y, double z) {
        return z < 0 ? -Scalars.log1mExp(z) : Double.POSITIVE_INFINITY;
    }

    @Override
    public double logPartition(double theta) {
        return Scalars.softplus(theta);
    }

    @Override
    public double negativeEntropy(double mean) {
        return Scalars.xLogY(mean, mean) + Scalars.xLogY(1 - mean, 1 - mean);
    }

    @Override
    public boolean hasDispersion() {
        return false;
    }

    @Override
    public double likelihoodDispersion(double deviance, double rows, double weight) {
        return 1;
    }

    /** Trials and successes need not be whole here; R rounds them. */
    @Override
    public double logLikelihood(double y, double mean, double weight, double dispersion) {
        return Scalars.logGamma(weight + 1)
                - Scalars.logGamma(weight * y + 1)
                - Scalars.logGamma(weight * (1 - y) + 1)
                + Scalars.xLogY(weight * y, mean)
                + Scalars.xLogY(weight * (1 - y), 1 - mean);
    }

    @Override
    public double sample(double mean, long key) {
        return CounterRandom.uniform(key, 0) < mean ? 1 : 0;
    }
}
