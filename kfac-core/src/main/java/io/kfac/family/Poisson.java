package io.kfac.family;

/** A count, or with weights and exposures any number that is not negative: its variance is its mean. */
public record Poisson() implements Distribution {
    private static final QuadraticVariance VARIANCE = new QuadraticVariance(0, 1, 0);

    @Override
    public String name() {
        return "poisson";
    }

    @Override
    public Domain domain() {
        return Domain.NOT_NEGATIVE;
    }

    @Override
    public QuadraticVariance variance() {
        return VARIANCE;
    }

    @Override
    public IndependentOutputs canonicalLink() {
        return logLink();
    }

    @Override
    public double logGap(double y, double x) {
        return y * Scalars.expm1MinusX(x);
    }

    @Override
    public double edgeGap(double y, double z) {
        return Math.exp(z);
    }

    @Override
    public double logPartition(double theta) {
        return Math.exp(theta);
    }

    @Override
    public double negativeEntropy(double mean) {
        return Scalars.xLogY(mean, mean) - mean;
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
        return weight == 0 ? 0 : weight * (Scalars.xLogY(y, mean) - mean - Scalars.logGamma(y + 1));
    }

    @Override
    public double sample(double mean, long key) {
        return Draws.poisson(mean, key);
    }
}
