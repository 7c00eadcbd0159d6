package io.kfac.family;

import org.apache.commons.numbers.gamma.RegularizedBeta;

/**
 * Failures before success number r, which need not be whole: T = x, theta = log-probability of a failure, F = -r log(1 - exp(theta)), h =
 * Gamma(x + r) / (Gamma(r) x!).
 */
public final class NegativeBinomials extends OneParameter {
    private static final long serialVersionUID = 1;

    private final double r;
    private final NegativeBinomial distribution;
    private final QuadraticVariance variance;

    /** Failures before the first success: geometric distributions. */
    public NegativeBinomials() {
        this(1);
    }

    /** @param r finite and positive */
    public NegativeBinomials(double r) {
        this.distribution = new NegativeBinomial(r);
        this.variance = distribution.variance();
        this.r = r;
    }

    @Override
    public String name() {
        return r == 1 ? "geometric" : "negative-binomial(%s)".formatted(r);
    }

    @Override
    public Support support() {
        return Support.COUNTS;
    }

    @Override
    public BaseMeasure base() {
        return r == 1 ? BaseMeasure.ONE : BaseMeasure.of(0, 1, new Statistic.LogFailures(r));
    }

    @Override
    Statistic statistic() {
        return Statistic.Plain.VALUE;
    }

    /** Of a success. */
    @Override
    String parameterName() {
        return "probability";
    }

    @Override
    boolean insideNatural(double theta) {
        return theta < 0;
    }

    @Override
    boolean insideMean(double eta) {
        return eta > 0;
    }

    @Override
    double potential(double theta) {
        return distribution.logPartition(theta);
    }

    @Override
    double meanOf(double theta) {
        return r / Math.expm1(-theta);
    }

    @Override
    double variance(double theta) {
        return variance.at(meanOf(theta));
    }

    @Override
    double conjugate(double eta) {
        return distribution.negativeEntropy(eta);
    }

    @Override
    double conjugateOutside(double[] eta) {
        return eta[0] == 0 ? 0 : Double.POSITIVE_INFINITY;
    }

    @Override
    double naturalOf(double eta) {
        return -Math.log1p(r / eta);
    }

    /** r over the probability of a success trials are expected: so often the divergence of one. */
    @Override
    double divergence(double p, double q) {
        double failure = Math.exp(p);
        double success = -Math.expm1(p);
        double x = q - p;
        if (x > 1) {
            // Nothing cancels, and no mean is too small.
            return potential(q) - potential(p) - r * failure / success * x;
        }
        double change = -failure * Math.expm1(x) / success;
        double gap = Math.abs(change) < 0.5 ? Scalars.xMinusLog1p(change) : Scalars.ratioGap(-Math.expm1(q), success);
        return r / success * (failure * Scalars.expm1MinusX(x) + success * gap);
    }

    @Override
    double fromUsual(double usual) {
        return usual > 0 && usual < 1 ? Math.log1p(-usual) : Double.NaN;
    }

    @Override
    double toUsual(double theta) {
        return -Math.expm1(theta);
    }

    @Override
    double usualDerivative(double theta) {
        return -Math.exp(theta);
    }

    @Override
    double draw(double theta, long key) {
        return distribution.sample(meanOf(theta), key);
    }

    @Override
    double cumulative(double theta, double x) {
        return RegularizedBeta.value(-Math.expm1(theta), r, x + 1);
    }

    /** sqrt(r) log of the ratio of hyperbolic tangents of -theta / 4. */
    @Override
    double arc(double p, double q) {
        double t = Math.sinh((q - p) / 4) / Math.sinh(-(p + q) / 4);
        double logRatio = Math.abs(t) < 0.5
                ? Math.log1p(2 * t / (1 - t))
                : Math.log(Math.tanh(-p / 4)) - Math.log(Math.tanh(-q / 4));
        return Math.sqrt(r) * logRatio;
    }

    @Override
    double along(double p, double arc) {
        double tangent = Math.tanh(-p / 4) * Math.exp(-arc / Math.sqrt(r));
        return -2 * (Math.log1p(tangent) - Math.log1p(-tangent));
    }
}
