package io.kfac.family;

import java.util.List;
import java.util.Optional;

/** Univariate families with one natural parameter: all of these are lines to Fisher and Rao, and their arc length has a closed form. */
abstract class OneParameter extends Univariate {
    private static final long serialVersionUID = 1;

    abstract boolean insideNatural(double theta);

    abstract boolean insideMean(double eta);

    abstract double potential(double theta);

    abstract double meanOf(double theta);

    abstract double variance(double theta);

    /** F*, on the boundary too. */
    abstract double conjugate(double eta);

    abstract double naturalOf(double eta);

    abstract double divergence(double p, double q);

    abstract Statistic statistic();

    abstract String parameterName();

    abstract double fromUsual(double usual);

    abstract double toUsual(double theta);

    abstract double usualDerivative(double theta);

    abstract double draw(double theta, long key);

    abstract double cumulative(double theta, double x);

    /** From p to q: the integral of the standard deviation of T in theta. */
    abstract double arc(double p, double q);

    /** Natural parameter at the end of an arc of that length; NaN where the family ends before. */
    abstract double along(double p, double arc);

    @Override
    public final int dimension() {
        return 1;
    }

    @Override
    public final List<Statistic> statistics() {
        return List.of(statistic());
    }

    @Override
    public final List<String> parameterNames() {
        return List.of(parameterName());
    }

    @Override
    public final Optional<FisherRao> fisherRao() {
        return Optional.of(new ArcLength(this));
    }

    @Override
    final boolean insideNatural(double[] theta) {
        return insideNatural(theta[0]);
    }

    @Override
    final boolean insideMean(double[] eta) {
        return insideMean(eta[0]);
    }

    @Override
    final double potential(double[] theta) {
        return potential(theta[0]);
    }

    @Override
    final double potential(double[] theta, double[] eta) {
        eta[0] = meanOf(theta[0]);
        return potential(theta[0]);
    }

    @Override
    final double conjugate(double[] eta, double[] theta) {
        theta[0] = naturalOf(eta[0]);
        return conjugate(eta[0]);
    }

    @Override
    final double divergence(double[] p, double[] q) {
        return divergence(p[0], q[0]);
    }

    @Override
    final void hessian(double[] theta, double[] v, double[] out) {
        out[0] = variance(theta[0]) * v[0];
    }

    @Override
    final void inverseHessian(double[] theta, double[] v, double[] out) {
        out[0] = v[0] / variance(theta[0]);
    }

    @Override
    final void fromUsual(double[] usual, double[] theta) {
        theta[0] = fromUsual(usual[0]);
    }

    @Override
    final void toUsual(double[] theta, double[] usual) {
        usual[0] = toUsual(theta[0]);
    }

    @Override
    final void usualDerivatives(double[] theta, double[] out) {
        out[0] = usualDerivative(theta[0]);
    }

    @Override
    final void draw(double[] theta, long key, double[] out, int at) {
        out[at] = draw(theta[0], key);
    }

    @Override
    final double cumulative(double[] theta, double x) {
        return cumulative(theta[0], x);
    }
}
