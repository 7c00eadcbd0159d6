package io.kfac.family;

import java.util.List;

/** Laplace's distributions about a known location m: T = |x - m|, theta = -1 / scale, h = 1/2. */
public final class Laplaces extends Waiting {
    private static final long serialVersionUID = 1;
    private static final BaseMeasure BASE = new BaseMeasure(-Math.log(2), List.of());

    private final double location;

    /** @param location finite */
    public Laplaces(double location) {
        if (!(Math.abs(location) <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException("Cannot use location %s: it must be finite".formatted(location));
        }
        this.location = location;
    }

    @Override
    public String name() {
        return "laplace(%s)".formatted(location);
    }

    @Override
    public Support support() {
        return Support.REAL;
    }

    @Override
    public BaseMeasure base() {
        return BASE;
    }

    @Override
    Statistic statistic() {
        return new Statistic.Deviation(location);
    }

    @Override
    String parameterName() {
        return "scale";
    }

    @Override
    double fromUsual(double usual) {
        return usual > 0 ? -1 / usual : Double.NaN;
    }

    @Override
    double toUsual(double theta) {
        return -1 / theta;
    }

    @Override
    double usualDerivative(double theta) {
        return 1 / (theta * theta);
    }

    @Override
    double draw(double theta, long key) {
        double deviation = drawStatistic(theta, CounterRandom.key(key, 1));
        return CounterRandom.uniform(CounterRandom.key(key, 2), 0) < 0.5 ? location - deviation : location + deviation;
    }

    @Override
    double cumulative(double theta, double x) {
        double tail = Math.exp(theta * Math.abs(x - location)) / 2;
        return x < location ? tail : 1 - tail;
    }
}
