package io.kfac.family;

import java.util.List;
import org.apache.commons.numbers.gamma.RegularizedBeta;

/** Beta distributions: T = (log x, log(1 - x)), theta = the two shapes, h = 1 / (x (1 - x)): {@link Dirichlets} of x and 1 - x. */
public final class Betas extends Univariate implements ThirdCumulants {
    private static final long serialVersionUID = 1;
    private static final List<Statistic> STATISTICS = List.of(Statistic.Plain.LOG, Statistic.Plain.LOG_REST);
    private static final Support SUPPORT = Support.lebesgue(0, 1);
    private static final BaseMeasure BASE = new BaseMeasure(
            0,
            List.of(new BaseMeasure.Term(-1, Statistic.Plain.LOG), new BaseMeasure.Term(-1, Statistic.Plain.LOG_REST)));

    @Override
    public String name() {
        return "beta";
    }

    @Override
    public int dimension() {
        return 2;
    }

    @Override
    public List<String> parameterNames() {
        return List.of("shape1", "shape2");
    }

    @Override
    public Support support() {
        return SUPPORT;
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
        return Dirichlets.positive(theta);
    }

    @Override
    boolean insideMean(double[] eta) {
        return Dirichlets.rest(eta) > 0;
    }

    @Override
    double potential(double[] theta) {
        return Dirichlets.logBeta(theta);
    }

    @Override
    double potential(double[] theta, double[] eta) {
        Dirichlets.means(theta, eta);
        return Dirichlets.logBeta(theta);
    }

    @Override
    double conjugate(double[] eta, double[] theta) {
        return Dirichlets.shapes(eta, theta);
    }

    @Override
    double divergence(double[] p, double[] q) {
        return Dirichlets.kl(p, q);
    }

    @Override
    void hessian(double[] theta, double[] v, double[] out) {
        Dirichlets.covariance(theta, v, out);
    }

    @Override
    void inverseHessian(double[] theta, double[] v, double[] out) {
        Dirichlets.precision(theta, v, out);
    }

    @Override
    public void thirdCumulants(Natural at, double[] out) {
        double[] theta = at.values();
        double common = GammaFunctions.tetragamma(theta[0] + theta[1]);
        out[0] = GammaFunctions.tetragamma(theta[0]) - common;
        out[1] = -common;
        out[2] = -common;
        out[3] = GammaFunctions.tetragamma(theta[1]) - common;
    }

    @Override
    void fromUsual(double[] usual, double[] theta) {
        theta[0] = usual[0];
        theta[1] = usual[1];
    }

    @Override
    void toUsual(double[] theta, double[] usual) {
        usual[0] = theta[0];
        usual[1] = theta[1];
    }

    @Override
    void usualDerivatives(double[] theta, double[] out) {
        out[0] = 1;
        out[1] = 0;
        out[2] = 0;
        out[3] = 1;
    }

    @Override
    void draw(double[] theta, long key, double[] out, int at) {
        double first = Dirichlets.logGammaDraw(theta[0], CounterRandom.key(key, 0));
        double second = Dirichlets.logGammaDraw(theta[1], CounterRandom.key(key, 1));
        double share = Scalars.logistic(first - second);
        out[at] = Math.max(Double.MIN_VALUE, Math.min(Math.nextDown(1.0), share));
    }

    @Override
    double cumulative(double[] theta, double x) {
        return RegularizedBeta.value(x, theta[0], theta[1]);
    }
}
