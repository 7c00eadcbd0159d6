package io.kfac.family;

/** Waiting times of a constant rate: T = x, theta = -rate, h = 1. */
public final class Exponentials extends Waiting {
    private static final long serialVersionUID = 1;

    @Override
    public String name() {
        return "exponential";
    }

    @Override
    public Support support() {
        return Support.NOT_NEGATIVE;
    }

    @Override
    public BaseMeasure base() {
        return BaseMeasure.ONE;
    }

    @Override
    Statistic statistic() {
        return Statistic.Plain.VALUE;
    }

    @Override
    String parameterName() {
        return "rate";
    }

    @Override
    double fromUsual(double usual) {
        return -usual;
    }

    @Override
    double toUsual(double theta) {
        return -theta;
    }

    @Override
    double usualDerivative(double theta) {
        return -1;
    }

    @Override
    double draw(double theta, long key) {
        return drawStatistic(theta, key);
    }

    @Override
    double cumulative(double theta, double x) {
        return cumulativeOfStatistic(theta, x);
    }
}
