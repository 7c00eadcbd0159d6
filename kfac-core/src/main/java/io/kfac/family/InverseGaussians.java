package io.kfac.family;

import java.util.List;
import org.apache.commons.numbers.gamma.Erfc;
import org.apache.commons.numbers.gamma.Erfcx;

/**
 * Inverse Gaussian distributions of mean m and shape l: T = (x, 1 / x), theta = (-l / (2 m^2), -l / 2), h = (2 pi x^3)^(-1/2) (Tweedie
 * 1957). Mean and shape are orthogonal.
 */
public final class InverseGaussians extends Univariate implements ThirdCumulants {
    private static final long serialVersionUID = 1;
    private static final List<Statistic> STATISTICS = List.of(Statistic.Plain.VALUE, Statistic.Plain.RECIPROCAL);
    private static final BaseMeasure BASE = BaseMeasure.of(-Math.log(2 * Math.PI) / 2, -1.5, Statistic.Plain.LOG);

    @Override
    public String name() {
        return "inverse-gaussian";
    }

    @Override
    public int dimension() {
        return 2;
    }

    @Override
    public List<String> parameterNames() {
        return List.of("mean", "shape");
    }

    @Override
    public Support support() {
        return Support.POSITIVE;
    }

    @Override
    public List<Statistic> statistics() {
        return STATISTICS;
    }

    @Override
    public BaseMeasure base() {
        return BASE;
    }

    private static double mean(double[] theta) {
        return Math.sqrt(theta[1] / theta[0]);
    }

    private static double shape(double[] theta) {
        return -2 * theta[1];
    }

    @Override
    boolean insideNatural(double[] theta) {
        double mean = mean(theta);
        return theta[0] < 0 && theta[1] < 0 && mean > 0 && mean <= Double.MAX_VALUE;
    }

    @Override
    boolean insideMean(double[] eta) {
        return eta[0] > 0 && Math.fma(eta[0], eta[1], -1) > 0;
    }

    @Override
    double potential(double[] theta) {
        double shape = shape(theta);
        return -shape / mean(theta) - Math.log(shape) / 2;
    }

    @Override
    double potential(double[] theta, double[] eta) {
        double potential = potential(theta);
        double mean = mean(theta);
        eta[1] = 1 / mean + 1 / shape(theta);
        eta[0] = mean;
        return potential;
    }

    @Override
    double conjugate(double[] eta, double[] theta) {
        double mean = eta[0];
        double shape = mean / Math.fma(mean, eta[1], -1);
        theta[0] = -shape / (2 * mean * mean);
        theta[1] = -shape / 2;
        return (Math.log(shape) - 1) / 2;
    }

    @Override
    double divergence(double[] p, double[] q) {
        double m = mean(q);
        double shift = (mean(p) - m) / m;
        return (Scalars.ratioGap(q[1], p[1]) + shape(q) * shift * shift / mean(p)) / 2;
    }

    @Override
    void hessian(double[] theta, double[] v, double[] out) {
        double m = mean(theta);
        double l = shape(theta);
        double first = m / l * (m * m * v[0] - v[1]);
        out[1] = -m / l * v[0] + (1 / (l * m) + 2 / (l * l)) * v[1];
        out[0] = first;
    }

    @Override
    void inverseHessian(double[] theta, double[] v, double[] out) {
        double m = mean(theta);
        double l = shape(theta);
        double second = l * l / 2 * (v[1] + v[0] / (m * m));
        out[0] = (l * v[0] / m + second) / (m * m);
        out[1] = second;
    }

    @Override
    public void thirdCumulants(Natural at, double[] out) {
        double[] theta = at.values();
        double m = mean(theta);
        double l = shape(theta);
        out[0] = 3 * m * m * m * m * m / (l * l);
        out[1] = -m * m / (l * l) * m;
        out[2] = -m / (l * l);
        out[3] = (3 / m + 8 / l) / (l * l);
    }

    @Override
    void fromUsual(double[] usual, double[] theta) {
        theta[0] = usual[0] > 0 ? -usual[1] / (2 * usual[0] * usual[0]) : Double.NaN;
        theta[1] = -usual[1] / 2;
    }

    @Override
    void toUsual(double[] theta, double[] usual) {
        usual[0] = mean(theta);
        usual[1] = shape(theta);
    }

    @Override
    void usualDerivatives(double[] theta, double[] out) {
        double m = mean(theta);
        out[0] = -m / (2 * theta[0]);
        out[1] = m / (2 * theta[1]);
        out[2] = 0;
        out[3] = -2;
    }

    /** By the root of a quadratic equation (Michael, Schucany and Haas 1976), the smaller one without cancellation. */
    @Override
    void draw(double[] theta, long key, double[] out, int at) {
        double m = mean(theta);
        double normal = CounterRandom.normal(CounterRandom.key(key, 1), 0);
        double ratio = m * normal * normal / (2 * shape(theta));
        double share = 1 / (1 + ratio + Math.sqrt(ratio * (2 + ratio)));
        boolean smaller = CounterRandom.uniform(CounterRandom.key(key, 2), 0) * (1 + share) <= 1;
        out[at] = smaller ? m * share : m / share;
    }

    /** (Shuster 1968), the product of a huge exponential and a tiny tail as one. */
    @Override
    double cumulative(double[] theta, double x) {
        double m = mean(theta);
        double root = Math.sqrt(shape(theta) / x);
        double a = root * (x / m - 1);
        double b = root * (x / m + 1);
        return (Erfc.value(-a / Math.sqrt(2)) + Math.exp(-a * a / 2) * Erfcx.value(b / Math.sqrt(2))) / 2;
    }
}
