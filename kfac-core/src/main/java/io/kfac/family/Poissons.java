package io.kfac.family;

import org.apache.commons.numbers.gamma.RegularizedGamma;

/** Counts of independent events: T = x, theta = log of the mean, F = exp(theta), h = 1 / x!. */
public final class Poissons extends OneParameter {
    private static final long serialVersionUID = 1;
    private static final Poisson POISSON = new Poisson();
    private static final BaseMeasure BASE = BaseMeasure.of(0, -1, Statistic.Plain.LOG_FACTORIAL);

    @Override
    public String name() {
        return POISSON.name();
    }

    @Override
    public Support support() {
        return Support.COUNTS;
    }

    @Override
    public BaseMeasure base() {
        return BASE;
    }

    @Override
    Statistic statistic() {
        return Statistic.Plain.VALUE;
    }

    @Override
    String parameterName() {
        return "mean";
    }

    @Override
    boolean insideNatural(double theta) {
        return true;
    }

    @Override
    boolean insideMean(double eta) {
        return eta > 0;
    }

    @Override
    double potential(double theta) {
        return POISSON.logPartition(theta);
    }

    @Override
    double meanOf(double theta) {
        return Math.exp(theta);
    }

    @Override
    double variance(double theta) {
        return Math.exp(theta);
    }

    @Override
    double conjugate(double eta) {
        return POISSON.negativeEntropy(eta);
    }

    @Override
    double conjugateOutside(double[] eta) {
        return eta[0] == 0 ? 0 : Double.POSITIVE_INFINITY;
    }

    @Override
    double naturalOf(double eta) {
        return Math.log(eta);
    }

    @Override
    double divergence(double p, double q) {
        double x = q - p;
        if (x > 1) {
            // Nothing cancels, and no mean is too small or too large.
            double mean = Math.exp(q);
            return mean <= Double.MAX_VALUE ? mean - Math.exp(p) * (1 + x) : mean;
        }
        return x == 0 ? 0 : POISSON.logGap(Math.exp(p), x);
    }

    @Override
    double fromUsual(double usual) {
        return Math.log(usual);
    }

    @Override
    double toUsual(double theta) {
        return Math.exp(theta);
    }

    @Override
    double usualDerivative(double theta) {
        return Math.exp(theta);
    }

    @Override
    double draw(double theta, long key) {
        return POISSON.sample(Math.exp(theta), key);
    }

    @Override
    double cumulative(double theta, double x) {
        return RegularizedGamma.Q.value(x + 1, Math.exp(theta));
    }

    /** Square roots of means are half of arc lengths. */
    @Override
    double arc(double p, double q) {
        return 2 * Math.exp(p / 2) * Math.expm1((q - p) / 2);
    }

    @Override
    double along(double p, double arc) {
        return p + 2 * Math.log1p(arc / 2 * Math.exp(-p / 2));
    }
}
