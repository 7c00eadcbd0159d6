package io.kfac.family;

/** z = log of the mean of a distribution: every z is allowed but for a binomial's, which are negative. Canonical for the Poisson. */
public record LogLink(Distribution distribution) implements LinkedOutputs {
    @Override
    public String name() {
        return isCanonical()
                ? distribution.name()
                : FamilyNames.name(distribution.name() + FamilyNames.LOG, distribution);
    }

    @Override
    public boolean isCanonical() {
        return distribution instanceof Poisson;
    }

    @Override
    public double link(double mean) {
        return Math.log(mean);
    }

    @Override
    public double start(double mean) {
        double inside = distribution.domain().interior(mean);
        if (!(inside > 0)) {
            throw new IllegalArgumentException(
                    ("Cannot start %s outputs from targets whose mean is %s: the log link needs a positive one."
                                    + " Remedy: the canonical link")
                            .formatted(name(), mean));
        }
        return link(inside);
    }

    @Override
    public boolean admits(double z) {
        return LinkedOutputs.super.admits(z) && (z < 0 || distribution.domain() != Domain.UNIT);
    }

    /** A mean can fall towards 0 for ever without passing a target that is not above it. */
    @Override
    public boolean opensDownwards(double y) {
        return y <= 0;
    }

    @Override
    public void losses(double[] z, double[] targets) {
        distribution.logLosses(z, targets);
    }

    @Override
    public void means(double[] z) {
        for (int i = 0; i < z.length; i++) {
            z[i] = Math.exp(z[i]);
        }
    }

    @Override
    public double divergence(double mean, double shift) {
        return distribution.logGap(mean, shift);
    }
}
