package io.kfac.family;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * All members p(x; theta) = h(x) exp(theta . T(x) - F(theta)) of an exponential family, and the two coordinate systems that make it
 * dually flat (Amari and Nagaoka 2000, ch. 3): {@link Natural} theta and {@link Mean} eta = E T = grad F(theta), exchanged by the
 * gradients of the log-partition F and of its conjugate F*(eta) = max theta . eta - F(theta). The Hessian of F is the Fisher information
 * of theta, the covariance of T. {@link DuallyFlat} has the divergences, geodesics and projections that follow from these.
 *
 * <p>Both domains are open; NaN and infinities are outside of them. There F and F* are infinite (on the boundary, their limits), and
 * all else throws an IllegalArgumentException that names the family and the values. Members are stateless and equal if of equal {@link
 * #name}. Kernels on elementary families allocate nothing.
 */
public abstract class Family implements Serializable {
    private static final long serialVersionUID = 1;

    Family() {}

    /** As {@link Families#named} reads it, known parameters in brackets: {@code weibull(1.5)}. */
    public abstract String name();

    /** Length d of T, theta and eta. */
    public abstract int dimension();

    /** Numbers to be estimated: fewer than the dimension where coordinates are over-complete. AIC counts them. */
    public int parameters() {
        return dimension();
    }

    /** Numbers that make an observation: 1 but for vectors. */
    public abstract int observationLength();

    /** What textbooks call the parameters, such as shape and rate, in the order of {@link #usual}. */
    public abstract List<String> parameterNames();

    // Kernels on bare arrays; coordinates have been checked. Out of package, typed coordinates only.

    abstract boolean insideNatural(double[] theta);

    abstract boolean insideMean(double[] eta);

    abstract double potential(double[] theta);

    /** F, with its gradient. @param eta overwritten; not theta */
    abstract double potential(double[] theta, double[] eta);

    /** F*, with its gradient. @param theta overwritten; not eta */
    abstract double conjugate(double[] eta, double[] theta);

    /** F* on the boundary of its domain; called for no other point. NaN, and points outside, give infinity. */
    double conjugateOutside(double[] eta) {
        return Double.POSITIVE_INFINITY;
    }

    /** KL(p || q) of natural parameters, without cancellation where the two nearly agree. */
    abstract double divergence(double[] p, double[] q);

    /** out = Hessian of F times v. @param out may be v */
    abstract void hessian(double[] theta, double[] v, double[] out);

    /** out = solution of Hessian times out = v. @param out may be v */
    abstract void inverseHessian(double[] theta, double[] v, double[] out);

    abstract void fromUsual(double[] usual, double[] theta);

    abstract void toUsual(double[] theta, double[] usual);

    /** out[i d + j] = derivative of usual parameter i in theta_j. */
    abstract void usualDerivatives(double[] theta, double[] out);

    /** Whether x[at], ... is a possible observation. */
    abstract boolean supports(double[] x, int at);

    abstract void statisticsOf(double[] x, int at, double[] out, int outAt);

    abstract double logBaseOf(double[] x, int at);

    abstract void draw(double[] theta, long key, double[] out, int at);

    /** Whether theta is in the natural domain, where F and its derivatives are finite. */
    public final boolean contains(Natural theta) {
        return theta.values().length == dimension() && finite(theta.values()) && insideNatural(theta.values());
    }

    /** Whether eta is in the interior of what T can average to: then one member has that mean, and is the maximum-likelihood one. */
    public final boolean contains(Mean eta) {
        return eta.values().length == dimension() && finite(eta.values()) && insideMean(eta.values());
    }

    /** F(theta); infinite outside its domain. */
    public final double logPartition(Natural theta) {
        return contains(theta) ? potential(theta.values()) : Double.POSITIVE_INFINITY;
    }

    /** F(theta), with its gradient. @param out the mean parameters of the same member; overwritten */
    public final double mean(Natural theta, Mean out) {
        require(theta);
        return potential(theta.values(), out.values());
    }

    public final Mean mean(Natural theta) {
        Mean eta = Mean.ofDimension(dimension());
        mean(theta, eta);
        return eta;
    }

    /** F*(eta), finite also at some of the boundary of its domain; infinite outside. */
    public final double negativeEntropy(Mean eta) {
        if (contains(eta)) {
            return conjugate(eta.values(), new double[dimension()]);
        }
        return eta.values().length == dimension() ? conjugateOutside(eta.values()) : Double.POSITIVE_INFINITY;
    }

    /** F*(eta), with its gradient. @param out the natural parameters of the same member; overwritten */
    public final double natural(Mean eta, Natural out) {
        require(eta);
        return conjugate(eta.values(), out.values());
    }

    /** The member of these mean parameters: the maximum-likelihood one, where they are means of {@link #statistics} of data. */
    public final Natural natural(Mean eta) {
        Natural theta = Natural.ofDimension(dimension());
        natural(eta, theta);
        return theta;
    }

    /**
     * KL(p || q) = E_p log p/q = B_F(q, p), in nats; its digits are kept where the two nearly agree.
     * @throws IllegalArgumentException where one of them is outside the domain
     */
    public final double kl(Natural p, Natural q) {
        require(p);
        require(q);
        return divergence(p.values(), q.values());
    }

    /**
     * KL(p || q) of the distribution of mean parameters p and the member q: the gap of Fenchel and Young, F(q) + F*(p) - q . p.
     * @param p may be on the boundary of the mean domain, as the empirical distribution of data can be
     */
    public final double kl(Mean p, Natural q) {
        require(q);
        if (contains(p)) {
            return divergence(natural(p).values(), q.values());
        }
        double conjugate = negativeEntropy(p);
        return conjugate == Double.POSITIVE_INFINITY
                ? conjugate
                : potential(q.values()) + conjugate - dot(q.values(), p.values());
    }

    /** KL(p || q) = B_F*(p, q) of mean parameters. @param p may be on the boundary of the mean domain */
    public final double kl(Mean p, Mean q) {
        require(q);
        return contains(p) ? divergenceOfMeans(p.values(), q.values()) : kl(p, natural(q));
    }

    /** As {@link #kl(Mean, Mean)} of two means inside. */
    double divergenceOfMeans(double[] p, double[] q) {
        return divergence(natural(new Mean(p)).values(), natural(new Mean(q)).values());
    }

    /** out = (Fisher information of theta) v = (covariance of T) v. @param out may be v */
    public final void fisherProduct(Natural at, double[] v, double[] out) {
        require(at);
        hessian(at.values(), v, out);
    }

    /** The inverse of {@link #fisherProduct}: out = (Fisher information of eta) v. @param out may be v */
    public final void fisherSolve(Natural at, double[] v, double[] out) {
        require(at);
        inverseHessian(at.values(), v, out);
    }

    /**
     * The member of the {@link #parameterNames} that textbooks use.
     * @throws IllegalArgumentException where there is none
     */
    public final Natural natural(double... usual) {
        Natural theta = Natural.ofDimension(dimension());
        if (usual.length == usualLength()) {
            fromUsual(usual, theta.values());
        }
        if (usual.length != usualLength() || !contains(theta)) {
            throw new IllegalArgumentException("Cannot take %s for %s of a member of %s: out of their range"
                    .formatted(Arrays.toString(usual), String.join(", ", parameterNames()), name()));
        }
        return theta;
    }

    /** Its {@link #parameterNames}. */
    public final double[] usual(Natural theta) {
        require(theta);
        double[] usual = new double[usualLength()];
        toUsual(theta.values(), usual);
        return usual;
    }

    /** Derivatives of the usual parameters in the natural ones, row by row, for the delta method. */
    public final double[] usualJacobian(Natural theta) {
        require(theta);
        double[] out = new double[usualLength() * dimension()];
        usualDerivatives(theta.values(), out);
        return out;
    }

    int usualLength() {
        return parameterNames().size();
    }

    /** Whether x[at], ..., {@link #observationLength} numbers, is a possible observation. */
    public final boolean admits(double[] x, int at) {
        return supports(x, at);
    }

    /** out[outAt], ... = T of the observation x[at], ..., which must be possible. */
    public final void statistics(double[] x, int at, double[] out, int outAt) {
        statisticsOf(x, at, out, outAt);
    }

    /** log h of the observation x[at], ..., which must be possible. */
    public final double logBase(double[] x, int at) {
        return logBaseOf(x, at);
    }

    /** log p(x; theta) of the observation x[at], ...; -infinity where it is not possible. */
    public final double logDensity(Natural theta, double[] x, int at) {
        require(theta);
        if (!supports(x, at)) {
            return Double.NEGATIVE_INFINITY;
        }
        double[] t = new double[dimension()];
        statisticsOf(x, at, t, 0);
        return dot(theta.values(), t) + logBaseOf(x, at) - potential(theta.values());
    }

    /**
     * Log-likelihood of data, by their sums alone: of weights (n, for rows of weight 1), of weighted T, of weighted log h.
     * @param sums of T; not modified
     */
    public final double logLikelihood(Natural theta, double weight, double[] sums, double logBaseSum) {
        require(theta);
        return dot(theta.values(), sums) + logBaseSum - weight * potential(theta.values());
    }

    /** Draws an observation into out[at], ... @param key of this draw: equal keys give equal draws */
    public final void sample(Natural theta, long key, double[] out, int at) {
        require(theta);
        draw(theta.values(), key, out, at);
    }

    /** Its Riemannian geometry, if geodesics have a closed form. */
    public Optional<FisherRao> fisherRao() {
        return Optional.empty();
    }

    final void require(Natural theta) {
        if (!contains(theta)) {
            throw outside(theta);
        }
    }

    final void require(Mean eta) {
        if (!contains(eta)) {
            throw outside(eta);
        }
    }

    private IllegalArgumentException outside(Record coordinates) {
        return new IllegalArgumentException("Cannot take %s for a member of %s: not %d numbers, or outside their domain"
                .formatted(coordinates, name(), dimension()));
    }

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < b.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static boolean finite(double[] x) {
        for (double each : x) {
            if (!(Math.abs(each) <= Double.MAX_VALUE)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public final boolean equals(Object other) {
        return other instanceof Family family && name().equals(family.name());
    }

    @Override
    public final int hashCode() {
        return name().hashCode();
    }

    @Override
    public final String toString() {
        return name();
    }
}
