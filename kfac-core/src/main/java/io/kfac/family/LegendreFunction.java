package io.kfac.family;

/**
 * A convex function F of Legendre type (Rockafellar 1970, sec. 26): its gradient takes the interior of its domain one to one to dual
 * coordinates eta = grad F(x), and the gradient of its conjugate F* takes them back. Its Hessian is a metric, and its Bregman
 * divergence a distance that both coordinates agree on: B_F(x, y) = B_F*(grad F(y), grad F(x)).
 *
 * <p>Every exponential family ({@link Family}) brings two, each the other's conjugate: its {@link LogPartition} of natural parameters and the {@link
 * NegativeEntropy} of its means (Amari and Nagaoka 2000, sec. 3.5). Methods modify only {@code out}.
 */
public sealed interface LegendreFunction permits LogPartition, NegativeEntropy {

    /** Whether x is in the interior of the domain, where the gradient is. */
    boolean contains(double[] x);

    /** F(x); for x on the boundary of the domain its limit, which may be infinite. */
    double value(double[] x);

    /** out = grad F(x), x in the interior of the domain. @param out as long as x; may be x */
    void gradient(double[] x, double[] out);

    /**
     * B_F(x, y) = F(x) - F(y) - grad F(y) . (x - y), not by this difference, which has no digits where x is near y.
     * @param y in the interior of the domain
     */
    double divergence(double[] x, double[] y);

    /** F*; its own conjugate is F again. */
    LegendreFunction conjugate();

    /** |x|^2 / 2, its own conjugate: of normal distributions of variance 1. Mirror descent is gradient descent. */
    static LegendreFunction halfSquaredNorm() {
        return new NegativeEntropy(new KnownVarianceNormals(1));
    }

    /** Sum of x log x on the simplex of k classes. Its conjugate is log-sum-exp, mirror descent exponentiated gradient. */
    static LegendreFunction simplexEntropy(int classes) {
        return new NegativeEntropy(new Categoricals(classes));
    }

    /** Fermi and Dirac's sum of x log x + (1 - x) log(1 - x) on the unit cube: of Bernoulli's distributions. Its conjugate is softplus. */
    static LegendreFunction fermiDirac() {
        return new NegativeEntropy(new Binomials());
    }

    /** Boltzmann and Shannon's sum of x log x - x on positive numbers: of Poisson distributions. Its conjugate is the sum of exp. */
    static LegendreFunction boltzmannShannon() {
        return new NegativeEntropy(new Poissons());
    }

    /** Burg's - sum of (log x + 1) on positive numbers: of exponential waiting times. Its conjugate is - sum of log(-x). */
    static LegendreFunction burg() {
        return new NegativeEntropy(new Exponentials());
    }
}
