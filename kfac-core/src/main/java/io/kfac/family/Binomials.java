package io.kfac.family;

import org.apache.commons.numbers.gamma.RegularizedBeta;

/** Successes of n independent trials: T = x, theta = log-odds of a success, F = n log(1 + exp(theta)), h = n choose x. */
public final class Binomials extends OneParameter {
    private static final long serialVersionUID = 1;
    private static final Binomial SINGLE = new Binomial();

    private final int trials;

    /** A single trial: Bernoulli's distributions. */
    public Binomials() {
        this(1);
    }

    /** @param trials n, positive */
    public Binomials(int trials) {
        if (trials < 1) {
            throw new IllegalArgumentException("Cannot use %d trials: at least 1 is needed".formatted(trials));
        }
        this.trials = trials;
    }

    @Override
    public String name() {
        return trials == 1 ? "bernoulli" : "binomial(%d)".formatted(trials);
    }

    @Override
    public Support support() {
        return Support.counts(trials);
    }

    @Override
    public BaseMeasure base() {
        return trials == 1 ? BaseMeasure.ONE : BaseMeasure.of(0, 1, new Statistic.LogChoose(trials));
    }

    @Override
    Statistic statistic() {
        return Statistic.Plain.VALUE;
    }

    @Override
    String parameterName() {
        return "probability";
    }

    @Override
    boolean insideNatural(double theta) {
        return true;
    }

    @Override
    boolean insideMean(double eta) {
        return eta > 0 && eta < trials;
    }

    @Override
    double potential(double theta) {
        return trials * SINGLE.logPartition(theta);
    }

    @Override
    double meanOf(double theta) {
        return trials * Scalars.logistic(theta);
    }

    @Override
    double variance(double theta) {
        return trials * Scalars.logistic(theta) * Scalars.logistic(-theta);
    }

    @Override
    double conjugate(double eta) {
        return trials * SINGLE.negativeEntropy(eta / trials);
    }

    @Override
    double conjugateOutside(double[] eta) {
        return eta[0] == 0 || eta[0] == trials ? 0 : Double.POSITIVE_INFINITY;
    }

    @Override
    double naturalOf(double eta) {
        return Math.log(eta / (trials - eta));
    }

    @Override
    double divergence(double p, double q) {
        if (p > 0) {
            return divergence(-p, -q);
        }
        double x = q - p;
        double mean = Scalars.logistic(p);
        // Beyond 1 nothing cancels, and the mean may be too small for a number.
        return trials
                * (x > 1
                        ? SINGLE.logPartition(q) - SINGLE.logPartition(p) - mean * x
                        : Scalars.logOddsGap(mean, Scalars.logistic(-p), x));
    }

    @Override
    double fromUsual(double usual) {
        return usual > 0 && usual < 1 ? Math.log(usual) - Math.log1p(-usual) : Double.NaN;
    }

    @Override
    double toUsual(double theta) {
        return Scalars.logistic(theta);
    }

    @Override
    double usualDerivative(double theta) {
        return Scalars.logistic(theta) * Scalars.logistic(-theta);
    }

    @Override
    double draw(double theta, long key) {
        double p = Scalars.logistic(theta);
        int successes = 0;
        for (int i = 0; i < trials; i++) {
            successes += CounterRandom.uniform(key, i) < p ? 1 : 0;
        }
        return successes;
    }

    @Override
    double cumulative(double theta, double x) {
        return RegularizedBeta.value(Scalars.logistic(-theta), trials - x, x + 1);
    }

    /** Twice the angle whose tangent is exp(theta / 2), by the addition theorem. */
    @Override
    double arc(double p, double q) {
        double half = Math.abs(q - p) / 4;
        double middle = Math.abs(p + q) / 4;
        double tangent = Math.exp(half - middle) * -Math.expm1(-2 * half) / (1 + Math.exp(-2 * middle));
        return Math.copySign(2 * Math.sqrt(trials) * Math.atan(tangent), q - p);
    }

    @Override
    double along(double p, double arc) {
        double angle = arc / (2 * Math.sqrt(trials));
        if (!(Math.abs(angle) < Math.PI / 2)) {
            return Double.NaN;
        }
        // From the nearer end, where exp does not overflow.
        double side = p > 0 ? -1 : 1;
        double u = Math.exp(side * p / 2);
        double t = side * Math.tan(angle);
        return side * 2 * (Math.log(u + t) - Math.log1p(-u * t));
    }
}
