package io.kfac.family;

/** The gamma distribution with z = theta = -1 / mean, which must be negative in every row. R's "inverse" link is -z. */
public record CanonicalGamma() implements LinkedOutputs {
    private static final Gamma GAMMA = new Gamma();

    @Override
    public String name() {
        return GAMMA.name();
    }

    @Override
    public Distribution distribution() {
        return GAMMA;
    }

    @Override
    public double link(double mean) {
        return -1 / mean;
    }

    @Override
    public boolean admits(double z) {
        return LinkedOutputs.super.admits(z) && z < 0;
    }

    /** With s = y / mean = -y z the gap is s - 1 - log s. */
    @Override
    public void losses(double[] z, double[] targets) {
        for (int i = 0; i < z.length; i++) {
            z[i] = Scalars.xMinusLog1p(-targets[i] * z[i] - 1);
        }
    }

    @Override
    public void means(double[] z) {
        for (int i = 0; i < z.length; i++) {
            z[i] = z[i] < 0 ? -1 / z[i] : Double.POSITIVE_INFINITY;
        }
    }

    @Override
    public double divergence(double mean, double shift) {
        return Scalars.xMinusLog1p(-mean * shift);
    }
}
