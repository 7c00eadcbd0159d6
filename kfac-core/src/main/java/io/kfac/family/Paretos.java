package io.kfac.family;

/** Pareto's distributions above a known minimum m: T = log(x / m), theta = -shape, h = 1 / x. */
public final class Paretos extends Waiting {
    private static final long serialVersionUID = 1;
    private static final BaseMeasure BASE = BaseMeasure.of(0, -1, Statistic.Plain.LOG);

    private final double minimum;

    /** @param minimum finite and positive */
    public Paretos(double minimum) {
        this.minimum = positive("minimum", minimum);
    }

    @Override
    public String name() {
        return "pareto(%s)".formatted(minimum);
    }

    @Override
    public Support support() {
        return new Support(minimum, Double.POSITIVE_INFINITY, true, false);
    }

    @Override
    public BaseMeasure base() {
        return BASE;
    }

    @Override
    Statistic statistic() {
        return new Statistic.LogExcess(minimum);
    }

    @Override
    String parameterName() {
        return "shape";
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
        return minimum * Math.exp(drawStatistic(theta, key));
    }

    @Override
    double cumulative(double theta, double x) {
        return cumulativeOfStatistic(theta, Math.log(x / minimum));
    }
}
