package io.kfac.family;

import java.util.List;

/** A {@link Family} of distributions of one real number. */
public abstract class Univariate extends Family {
    private static final long serialVersionUID = 1;

    Univariate() {}

    /** The values that can be. */
    public abstract Support support();

    /** T, one each. */
    public abstract List<Statistic> statistics();

    /** h. */
    public abstract BaseMeasure base();

    abstract double cumulative(double[] theta, double x);

    /** P(X <= x); NaN of NaN. */
    public final double cdf(Natural theta, double x) {
        require(theta);
        Support support = support();
        if (!(x >= support.lower())) {
            return Double.isNaN(x) ? x : 0;
        }
        if (x >= support.upper()) {
            return 1;
        }
        return cumulative(theta.values(), support.counting() ? Math.floor(x) : x);
    }

    /** log p(x; theta); -infinity where x is not possible. */
    public final double logDensity(Natural theta, double x) {
        return logDensity(theta, new double[] {x}, 0);
    }

    /** @param key of this draw: equal keys give equal draws */
    public final double sample(Natural theta, long key) {
        double[] x = new double[1];
        sample(theta, key, x, 0);
        return x[0];
    }

    @Override
    public final int observationLength() {
        return 1;
    }

    @Override
    final boolean supports(double[] x, int at) {
        return support().contains(x[at]);
    }

    @Override
    final void statisticsOf(double[] x, int at, double[] out, int outAt) {
        int i = outAt;
        for (Statistic statistic : statistics()) {
            out[i++] = statistic.of(x[at]);
        }
    }

    @Override
    final double logBaseOf(double[] x, int at) {
        return base().log(x[at]);
    }
}
