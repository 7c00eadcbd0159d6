package io.kfac.family;

/** A positive number whose standard deviation is proportional to its mean; the square of that proportion is the dispersion. */
public record Gamma() implements Distribution {
    private static final QuadraticVariance VARIANCE = new QuadraticVariance(0, 0, 1);

    @Override
    public String name() {
        return "gamma";
    }

    @Override
    public Domain domain() {
        return Domain.POSITIVE;
    }

    @Override
    public QuadraticVariance variance() {
        return VARIANCE;
    }

    @Override
    public IndependentOutputs canonicalLink() {
        return new CanonicalGamma();
    }

    @Override
    public double logGap(double y, double x) {
        return Scalars.expm1MinusX(-x);
    }

    @Override
    public double edgeGap(double y, double z) {
        return Double.POSITIVE_INFINITY;
    }

    @Override
    public double logPartition(double theta) {
        return -Math.log(-theta);
    }

    @Override
    public double negativeEntropy(double mean) {
        return -1 - Math.log(mean);
    }

    @Override
    public boolean hasDispersion() {
        return true;
    }

    @Override
    public double likelihoodDispersion(double deviance, double rows, double weight) {
        return deviance / weight;
    }

    @Override
    public double logLikelihood(double y, double mean, double weight, double dispersion) {
        double shape = 1 / dispersion;
        double scaled = shape * y / mean;
        return weight == 0 ? 0 : weight * (shape * Math.log(scaled) - scaled - Math.log(y) - Scalars.logGamma(shape));
    }

    /** At dispersion 1 it is exponential. */
    @Override
    public double sample(double mean, long key) {
        return -mean * Math.log(1 - CounterRandom.uniform(key, 0));
    }
}
