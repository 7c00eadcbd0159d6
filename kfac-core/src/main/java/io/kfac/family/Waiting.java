package io.kfac.family;

/**
 * Families of one T >= 0 that is distributed like a waiting time, exponentially with rate -theta: F = -log(-theta), F* = -1 - log(eta). All
 * of their geometry is the same, whatever T is.
 */
abstract class Waiting extends OneParameter {
    private static final long serialVersionUID = 1;
    private static final Gamma GAMMA = new Gamma();

    static double positive(String what, double value) {
        if (!(value > 0 && value <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "Cannot use %s %s: it must be finite and positive".formatted(what, value));
        }
        return value;
    }

    @Override
    final boolean insideNatural(double theta) {
        return theta < 0;
    }

    @Override
    final boolean insideMean(double eta) {
        return eta > 0;
    }

    @Override
    final double potential(double theta) {
        return GAMMA.logPartition(theta);
    }

    @Override
    final double meanOf(double theta) {
        return -1 / theta;
    }

    @Override
    final double variance(double theta) {
        return 1 / (theta * theta);
    }

    @Override
    final double conjugate(double eta) {
        return GAMMA.negativeEntropy(eta);
    }

    @Override
    final double naturalOf(double eta) {
        return -1 / eta;
    }

    @Override
    final double divergence(double p, double q) {
        return Scalars.ratioGap(q, p);
    }

    /** P(T <= t). */
    static double cumulativeOfStatistic(double theta, double t) {
        return -Math.expm1(theta * t);
    }

    /** A draw of T. */
    static double drawStatistic(double theta, long key) {
        return GAMMA.sample(-1 / theta, key);
    }

    @Override
    final double arc(double p, double q) {
        double change = (p - q) / q;
        return Math.abs(change) < 0.5 ? Math.log1p(change) : Math.log(-p) - Math.log(-q);
    }

    @Override
    final double along(double p, double arc) {
        return p * Math.exp(-arc);
    }
}
