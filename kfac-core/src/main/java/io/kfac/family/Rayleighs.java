package io.kfac.family;

/** Lengths of normal vectors in the plane: T = x^2, theta = -1 / (2 scale^2), h = 2 x. */
public final class Rayleighs extends Waiting {
    private static final long serialVersionUID = 1;
    private static final BaseMeasure BASE = BaseMeasure.of(Math.log(2), 1, Statistic.Plain.LOG);

    @Override
    public String name() {
        return "rayleigh";
    }

    @Override
    public Support support() {
        return Support.POSITIVE;
    }

    @Override
    public BaseMeasure base() {
        return BASE;
    }

    @Override
    Statistic statistic() {
        return Statistic.Plain.SQUARE;
    }

    @Override
    String parameterName() {
        return "scale";
    }

    @Override
    double fromUsual(double usual) {
        return usual > 0 ? -1 / (2 * usual * usual) : Double.NaN;
    }

    @Override
    double toUsual(double theta) {
        return 1 / Math.sqrt(-2 * theta);
    }

    @Override
    double usualDerivative(double theta) {
        return 1 / (-2 * theta * Math.sqrt(-2 * theta));
    }

    @Override
    double draw(double theta, long key) {
        return Math.sqrt(drawStatistic(theta, key));
    }

    @Override
    double cumulative(double theta, double x) {
        return cumulativeOfStatistic(theta, x * x);
    }
}
