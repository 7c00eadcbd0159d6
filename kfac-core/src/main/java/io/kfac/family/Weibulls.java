package io.kfac.family;

/** Weibull's distributions of known shape k: T = x^k, theta = -scale^-k, h = k x^(k - 1). */
public final class Weibulls extends Waiting {
    private static final long serialVersionUID = 1;

    private final double shape;

    /** @param shape finite and positive */
    public Weibulls(double shape) {
        this.shape = positive("shape", shape);
    }

    @Override
    public String name() {
        return "weibull(%s)".formatted(shape);
    }

    @Override
    public Support support() {
        return Support.POSITIVE;
    }

    @Override
    public BaseMeasure base() {
        return BaseMeasure.of(Math.log(shape), shape - 1, Statistic.Plain.LOG);
    }

    @Override
    Statistic statistic() {
        return new Statistic.Power(shape);
    }

    @Override
    String parameterName() {
        return "scale";
    }

    @Override
    double fromUsual(double usual) {
        return usual > 0 ? -Math.pow(usual, -shape) : Double.NaN;
    }

    @Override
    double toUsual(double theta) {
        return Math.pow(-theta, -1 / shape);
    }

    @Override
    double usualDerivative(double theta) {
        return toUsual(theta) / (-theta * shape);
    }

    @Override
    double draw(double theta, long key) {
        return Math.pow(drawStatistic(theta, key), 1 / shape);
    }

    @Override
    double cumulative(double theta, double x) {
        return cumulativeOfStatistic(theta, Math.pow(x, shape));
    }
}
