package io.kfac.family;

import java.util.List;
import java.util.Optional;
import org.apache.commons.numbers.gamma.Erfc;

/** Normal distributions of one number: T = (x, x^2), theta = (m / s^2, -1 / (2 s^2)) of mean m and standard deviation s, h = 1. */
public final class Normals extends Univariate implements ThirdCumulants {
    private static final long serialVersionUID = 1;
    private static final List<Statistic> STATISTICS = List.of(Statistic.Plain.VALUE, Statistic.Plain.SQUARE);

    @Override
    public String name() {
        return "normal";
    }

    @Override
    public int dimension() {
        return 2;
    }

    @Override
    public List<String> parameterNames() {
        return List.of("mean", "sd");
    }

    @Override
    public Support support() {
        return Support.REAL;
    }

    @Override
    public List<Statistic> statistics() {
        return STATISTICS;
    }

    @Override
    public BaseMeasure base() {
        return BaseMeasure.ONE;
    }

    /** The hyperbolic plane of means and standard deviations (Atkinson and Mitchell 1981). */
    @Override
    public Optional<FisherRao> fisherRao() {
        return Optional.of(new NormalGeometry(this));
    }

    static double mean(double[] theta) {
        return -theta[0] / (2 * theta[1]);
    }

    static double variance(double[] theta) {
        return -1 / (2 * theta[1]);
    }

    @Override
    boolean insideNatural(double[] theta) {
        return theta[1] < 0 && variance(theta) > 0 && Math.abs(mean(theta)) <= Double.MAX_VALUE;
    }

    @Override
    boolean insideMean(double[] eta) {
        return variance(eta[0], eta[1]) > 0;
    }

    /** Rounded once: the difference of two squares is all there is. */
    private static double variance(double mean, double square) {
        return Math.fma(-mean, mean, square);
    }

    @Override
    double potential(double[] theta) {
        return theta[0] * mean(theta) / 2 + Math.log(2 * Math.PI * variance(theta)) / 2;
    }

    @Override
    double potential(double[] theta, double[] eta) {
        double potential = potential(theta);
        double mean = mean(theta);
        eta[1] = Math.fma(mean, mean, variance(theta));
        eta[0] = mean;
        return potential;
    }

    @Override
    double conjugate(double[] eta, double[] theta) {
        double variance = variance(eta[0], eta[1]);
        theta[0] = eta[0] / variance;
        theta[1] = -1 / (2 * variance);
        return -(1 + Math.log(2 * Math.PI * variance)) / 2;
    }

    @Override
    double divergence(double[] p, double[] q) {
        double shift = mean(p) - mean(q);
        return Scalars.ratioGap(q[1], p[1]) / 2 - shift * shift * q[1];
    }

    @Override
    void hessian(double[] theta, double[] v, double[] out) {
        double variance = variance(theta);
        double twice = 2 * mean(theta);
        double second = 2 * variance * variance * v[1];
        out[0] = variance * (v[0] + twice * v[1]);
        out[1] = twice * out[0] + second;
    }

    @Override
    void inverseHessian(double[] theta, double[] v, double[] out) {
        double variance = variance(theta);
        double twice = 2 * mean(theta);
        double first = v[0] / variance;
        out[1] = (v[1] - twice * v[0]) / (2 * variance * variance);
        out[0] = first - twice * out[1];
    }

    @Override
    public void thirdCumulants(Natural at, double[] out) {
        double[] theta = at.values();
        double m = mean(theta);
        double v = variance(theta);
        out[0] = 0;
        out[1] = 2 * v * v;
        out[2] = 8 * m * v * v;
        out[3] = 8 * v * v * (3 * m * m + v);
    }

    @Override
    void fromUsual(double[] usual, double[] theta) {
        double variance = usual[1] * usual[1];
        theta[0] = usual[0] / variance;
        theta[1] = usual[1] > 0 ? -1 / (2 * variance) : Double.NaN;
    }

    @Override
    void toUsual(double[] theta, double[] usual) {
        usual[0] = mean(theta);
        usual[1] = Math.sqrt(variance(theta));
    }

    @Override
    void usualDerivatives(double[] theta, double[] out) {
        double variance = variance(theta);
        out[0] = variance;
        out[1] = 2 * mean(theta) * variance;
        out[2] = 0;
        out[3] = variance * Math.sqrt(variance);
    }

    @Override
    void draw(double[] theta, long key, double[] out, int at) {
        out[at] = mean(theta) + Math.sqrt(variance(theta)) * CounterRandom.normal(key, 0);
    }

    @Override
    double cumulative(double[] theta, double x) {
        return cumulative((x - mean(theta)) / Math.sqrt(variance(theta)));
    }

    /** Of the standard normal. */
    static double cumulative(double z) {
        return Erfc.value(-z / Math.sqrt(2)) / 2;
    }
}
