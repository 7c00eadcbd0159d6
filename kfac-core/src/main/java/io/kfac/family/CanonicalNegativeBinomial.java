package io.kfac.family;

/** The negative binomial with z = theta = log of mean / (mean + r), a log-probability, which must be negative in every row. */
public record CanonicalNegativeBinomial(NegativeBinomial distribution) implements LinkedOutputs {
    @Override
    public String name() {
        return FamilyNames.name(distribution.name(), distribution);
    }

    @Override
    public double link(double mean) {
        return -Math.log1p(distribution.r() / mean);
    }

    @Override
    public boolean admits(double z) {
        return LinkedOutputs.super.admits(z) && z < 0;
    }

    @Override
    public boolean opensDownwards(double y) {
        return y == 0;
    }

    @Override
    public void losses(double[] z, double[] targets) {
        for (int i = 0; i < z.length; i++) {
            double y = targets[i];
            z[i] = z[i] < 0 ? loss(y, z[i]) : Double.POSITIVE_INFINITY;
        }
    }

    private double loss(double y, double z) {
        return y > 0 ? divergence(y, z - link(y)) : -distribution.r() * Scalars.log1mExp(z);
    }

    @Override
    public void means(double[] z) {
        for (int i = 0; i < z.length; i++) {
            z[i] = z[i] < 0 ? distribution.r() / Math.expm1(-z[i]) : Double.POSITIVE_INFINITY;
        }
    }

    @Override
    public double divergence(double mean, double shift) {
        double r = distribution.r();
        return (mean + r) * Scalars.logProbabilityGap(mean / (mean + r), shift);
    }
}
