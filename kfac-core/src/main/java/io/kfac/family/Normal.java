package io.kfac.family;

/** A real number with a variance, the dispersion, that does not depend on its mean. */
public record Normal() implements Distribution {
    private static final QuadraticVariance VARIANCE = new QuadraticVariance(1, 0, 0);

    @Override
    public String name() {
        return "gaussian";
    }

    @Override
    public Domain domain() {
        return Domain.REAL;
    }

    @Override
    public QuadraticVariance variance() {
        return VARIANCE;
    }

    @Override
    public IndependentOutputs canonicalLink() {
        return new Gaussian();
    }

    @Override
    public double logGap(double y, double x) {
        double residual = y * Math.expm1(x);
        return residual * residual / 2;
    }

    @Override
    public double edgeGap(double y, double z) {
        return gap(y, Math.exp(z));
    }

    @Override
    public void logLosses(double[] z, double[] targets) {
        for (int i = 0; i < z.length; i++) {
            z[i] = gap(targets[i], Math.exp(z[i]));
        }
    }

    @Override
    public double gap(double y, double mean) {
        double residual = mean - y;
        return residual * residual / 2;
    }

    @Override
    public double logPartition(double theta) {
        return theta * theta / 2;
    }

    @Override
    public double negativeEntropy(double mean) {
        return mean * mean / 2;
    }

    @Override
    public boolean hasDispersion() {
        return true;
    }

    @Override
    public double likelihoodDispersion(double deviance, double rows, double weight) {
        return deviance / rows;
    }

    @Override
    public double logLikelihood(double y, double mean, double weight, double dispersion) {
        return weight == 0
                ? 0
                : -(Math.log(2 * Math.PI * dispersion / weight) + 2 * weight * gap(y, mean) / dispersion) / 2;
    }

    @Override
    public double sample(double mean, long key) {
        return mean + CounterRandom.normal(key, 0);
    }
}
