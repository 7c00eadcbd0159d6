package io.kfac.family;

import java.util.List;
import org.apache.commons.numbers.gamma.RegularizedGamma;

/**
 * Gamma distributions: T = (log x, x), theta = (shape, -rate), h = 1 / x, so that small shapes keep their digits (with h = 1 theta_1 is
 * shape - 1). Shape and mean are orthogonal: divergences are sums over the two.
 */
public final class Gammas extends Univariate implements ThirdCumulants {
    private static final long serialVersionUID = 1;
    private static final List<Statistic> STATISTICS = List.of(Statistic.Plain.LOG, Statistic.Plain.VALUE);
    private static final BaseMeasure BASE = BaseMeasure.of(0, -1, Statistic.Plain.LOG);

    @Override
    public String name() {
        return "gamma";
    }

    @Override
    public int dimension() {
        return 2;
    }

    @Override
    public List<String> parameterNames() {
        return List.of("shape", "rate");
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

    @Override
    boolean insideNatural(double[] theta) {
        return theta[0] > 0 && theta[1] < 0;
    }

    /** The log of the mean is above the mean of logs. */
    @Override
    boolean insideMean(double[] eta) {
        return eta[1] > 0 && Math.log(eta[1]) > eta[0];
    }

    @Override
    double potential(double[] theta) {
        return Scalars.logGamma(theta[0]) - theta[0] * Math.log(-theta[1]);
    }

    @Override
    double potential(double[] theta, double[] eta) {
        double mean = -theta[0] / theta[1];
        eta[0] = Math.log(mean) - GammaFunctions.logLessDigamma(theta[0]);
        eta[1] = mean;
        return potential(theta);
    }

    @Override
    double conjugate(double[] eta, double[] theta) {
        double spread = Math.log(eta[1]) - eta[0];
        double shape = GammaFunctions.inverseLogLessDigamma(spread);
        theta[0] = shape;
        theta[1] = -shape / eta[1];
        return -shape * spread - GammaFunctions.logGammaExcess(shape);
    }

    @Override
    double divergence(double[] p, double[] q) {
        return q[0] * Scalars.ratioGap(p[0] / p[1], q[0] / q[1]) + GammaFunctions.excessGap(q[0], p[0]);
    }

    @Override
    void hessian(double[] theta, double[] v, double[] out) {
        double scale = -1 / theta[1];
        double first = GammaFunctions.trigamma(theta[0]) * v[0] + scale * v[1];
        out[1] = scale * (v[0] + scale * theta[0] * v[1]);
        out[0] = first;
    }

    @Override
    void inverseHessian(double[] theta, double[] v, double[] out) {
        double rate = -theta[1];
        double first = (v[0] - rate * v[1] / theta[0]) / GammaFunctions.trigammaExcess(theta[0]);
        out[1] = rate * (rate * v[1] - first) / theta[0];
        out[0] = first;
    }

    @Override
    public void thirdCumulants(Natural at, double[] out) {
        double[] theta = at.values();
        double scale = -1 / theta[1];
        out[0] = GammaFunctions.tetragamma(theta[0]);
        out[1] = 0;
        out[2] = scale * scale;
        out[3] = 2 * theta[0] * scale * scale * scale;
    }

    @Override
    void fromUsual(double[] usual, double[] theta) {
        theta[0] = usual[0];
        theta[1] = -usual[1];
    }

    @Override
    void toUsual(double[] theta, double[] usual) {
        usual[0] = theta[0];
        usual[1] = -theta[1];
    }

    @Override
    void usualDerivatives(double[] theta, double[] out) {
        out[0] = 1;
        out[1] = 0;
        out[2] = 0;
        out[3] = -1;
    }

    @Override
    void draw(double[] theta, long key, double[] out, int at) {
        out[at] = Math.max(Double.MIN_VALUE, Draws.gamma(theta[0], key) / -theta[1]);
    }

    @Override
    double cumulative(double[] theta, double x) {
        return RegularizedGamma.P.value(theta[0], -theta[1] * x);
    }
}
