package io.kfac.family;

/** Normal distributions of known standard deviation s: T = x, theta = mean / s^2, F = (s theta)^2 / 2, h = N(x; 0, s^2). */
public final class KnownVarianceNormals extends OneParameter {
    private static final long serialVersionUID = 1;
    private static final Normal UNIT = new Normal();

    private final double sd;

    /** @param sd finite and positive */
    public KnownVarianceNormals(double sd) {
        this.sd = Waiting.positive("standard deviation", sd);
    }

    @Override
    public String name() {
        return "normal-mean(%s)".formatted(sd);
    }

    @Override
    public Support support() {
        return Support.REAL;
    }

    @Override
    public BaseMeasure base() {
        return BaseMeasure.of(-Math.log(2 * Math.PI) / 2 - Math.log(sd), -1 / (2 * sd * sd), Statistic.Plain.SQUARE);
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
        return true;
    }

    @Override
    double potential(double theta) {
        return UNIT.logPartition(sd * theta);
    }

    @Override
    double meanOf(double theta) {
        return theta * sd * sd;
    }

    @Override
    double variance(double theta) {
        return sd * sd;
    }

    @Override
    double conjugate(double eta) {
        return UNIT.negativeEntropy(eta / sd);
    }

    @Override
    double naturalOf(double eta) {
        return eta / (sd * sd);
    }

    @Override
    double divergence(double p, double q) {
        return UNIT.gap(sd * p, sd * q);
    }

    @Override
    double fromUsual(double usual) {
        return naturalOf(usual);
    }

    @Override
    double toUsual(double theta) {
        return meanOf(theta);
    }

    @Override
    double usualDerivative(double theta) {
        return sd * sd;
    }

    @Override
    double draw(double theta, long key) {
        return meanOf(theta) + sd * CounterRandom.normal(key, 0);
    }

    @Override
    double cumulative(double theta, double x) {
        return Normals.cumulative((x - meanOf(theta)) / sd);
    }

    @Override
    double arc(double p, double q) {
        return sd * (q - p);
    }

    @Override
    double along(double p, double arc) {
        return p + arc / sd;
    }
}
