package io.kfac.family;

import java.util.ArrayList;
import java.util.List;

/**
 * Dirichlet distributions on the simplex of k numbers: T = log x, theta = the k shapes (alpha), h = 1 / (x_1 ... x_k), F = sum of log
 * Gamma(theta_i) - log Gamma(s), s the sum of theta. Beta distributions are those of k = 2.
 */
public final class Dirichlets extends Family {
    private static final long serialVersionUID = 1;
    private static final int ITERATIONS = 200;
    private static final double ROUNDING = 4e-16;

    /** How far from 1 the sum of an observation may be. */
    private static final double CLOSURE = 1e-9;

    private final int length;

    /** @param length k, at least 2 */
    public Dirichlets(int length) {
        if (length < 2) {
            throw new IllegalArgumentException("Cannot use %d shares: at least 2 are needed".formatted(length));
        }
        this.length = length;
    }

    @Override
    public String name() {
        return "dirichlet(%d)".formatted(length);
    }

    @Override
    public int dimension() {
        return length;
    }

    @Override
    public int observationLength() {
        return length;
    }

    @Override
    public List<String> parameterNames() {
        List<String> names = new ArrayList<>(length);
        for (int j = 0; j < length; j++) {
            names.add("shape" + j);
        }
        return names;
    }

    @Override
    boolean insideNatural(double[] theta) {
        return positive(theta);
    }

    static boolean positive(double[] theta) {
        for (double shape : theta) {
            if (!(shape > 0)) {
                return false;
            }
        }
        return true;
    }

    @Override
    boolean insideMean(double[] eta) {
        return rest(eta) > 0;
    }

    /** 1 less the geometric means of the shares, positive by Jensen's inequality. */
    static double rest(double[] eta) {
        double rest = 1;
        for (double each : eta) {
            rest -= Math.exp(each);
        }
        return rest;
    }

    private static double sum(double[] x) {
        double sum = 0;
        for (double each : x) {
            sum += each;
        }
        return sum;
    }

    @Override
    double potential(double[] theta) {
        return logBeta(theta);
    }

    static double logBeta(double[] theta) {
        double potential = -Scalars.logGamma(sum(theta));
        for (double shape : theta) {
            potential += Scalars.logGamma(shape);
        }
        return potential;
    }

    @Override
    double potential(double[] theta, double[] eta) {
        means(theta, eta);
        return logBeta(theta);
    }

    /** psi(theta_i) - psi(s), the logs apart from what is left of them. */
    static void means(double[] theta, double[] eta) {
        double sum = sum(theta);
        double less = GammaFunctions.logLessDigamma(sum);
        for (int i = 0; i < theta.length; i++) {
            eta[i] = Math.log(theta[i] / sum) - GammaFunctions.logLessDigamma(theta[i]) + less;
        }
    }

    @Override
    double conjugate(double[] eta, double[] theta) {
        return shapes(eta, theta);
    }

    /**
     * Given s, theta_i = psi^-1(eta_i + psi(s)); they must sum to s: Newton on the log of their share in s as a function of log s, kept in a
     * bracket.
     * @return F*
     */
    static double shapes(double[] eta, double[] theta) {
        double sum = (eta.length - 1) / (2 * rest(eta));
        double lower = 0;
        double upper = Double.POSITIVE_INFINITY;
        for (int i = 0; i < ITERATIONS; i++) {
            double digamma = GammaFunctions.digamma(sum);
            double total = 0;
            double inverse = 0;
            for (int j = 0; j < eta.length; j++) {
                theta[j] = GammaFunctions.inverseDigamma(eta[j] + digamma);
                total += theta[j];
                inverse += 1 / GammaFunctions.trigamma(theta[j]);
            }
            double excess = Math.log(total / sum);
            if (Math.abs(excess) <= ROUNDING) {
                break;
            }
            if (excess > 0) {
                lower = sum;
            } else {
                upper = sum;
            }
            double slope = sum * GammaFunctions.trigamma(sum) * inverse / total - 1;
            double next = slope < 0 ? sum * Math.exp(Math.max(-3, Math.min(3, -excess / slope))) : Double.NaN;
            if (!(next > lower && next < upper)) {
                next = upper == Double.POSITIVE_INFINITY
                        ? 2 * lower
                        : lower == 0 ? upper / 2 : Math.sqrt(lower) * Math.sqrt(upper);
            }
            if (next == sum || !(next > lower && next < upper)) {
                break;
            }
            sum = next;
        }
        return negativeEntropy(theta);
    }

    /** F* by theta: sums of theta cancel. */
    private static double negativeEntropy(double[] theta) {
        double sum = sum(theta);
        double value = reduced(sum);
        for (double shape : theta) {
            value -= reduced(shape);
        }
        return value;
    }

    /** x - x psi(x) + log Gamma(x). */
    private static double reduced(double x) {
        return x * GammaFunctions.logLessDigamma(x) + GammaFunctions.logGammaExcess(x);
    }

    @Override
    double divergence(double[] p, double[] q) {
        return kl(p, q);
    }

    /** That of the mean shares, s_q times, and those of log Gamma where the same has been taken out of it. */
    static double kl(double[] p, double[] q) {
        double sumP = 0;
        double sumQ = 0;
        double change = 0;
        for (int i = 0; i < p.length; i++) {
            sumP += p[i];
            sumQ += q[i];
            change += p[i] - q[i];
        }
        double kl = -GammaFunctions.excessGap(sumQ, sumP);
        for (int i = 0; i < p.length; i++) {
            double relative = ((p[i] - q[i]) / q[i] - change / sumQ) * (sumQ / sumP);
            double gap = Math.abs(relative) < 0.5
                    ? Scalars.xMinusLog1p(relative)
                    : Scalars.ratioGap(p[i] / sumP, q[i] / sumQ);
            kl += q[i] * gap + GammaFunctions.excessGap(q[i], p[i]);
        }
        return kl;
    }

    @Override
    void hessian(double[] theta, double[] v, double[] out) {
        covariance(theta, v, out);
    }

    static void covariance(double[] theta, double[] v, double[] out) {
        double common = GammaFunctions.trigamma(sum(theta)) * sum(v);
        for (int i = 0; i < theta.length; i++) {
            out[i] = GammaFunctions.trigamma(theta[i]) * v[i] - common;
        }
    }

    @Override
    void inverseHessian(double[] theta, double[] v, double[] out) {
        precision(theta, v, out);
    }

    /** By Sherman and Morrison (Minka 2000, eq. 18), their denominator without the leading terms, which cancel. */
    static void precision(double[] theta, double[] v, double[] out) {
        double sum = sum(theta);
        double weighted = 0;
        double less = 0;
        for (int i = 0; i < theta.length; i++) {
            double excess = theta[i] * GammaFunctions.trigammaExcess(theta[i]);
            less += theta[i] * excess / (1 + excess);
            weighted += v[i] * theta[i] / (1 + excess);
        }
        double trigamma = GammaFunctions.trigamma(sum);
        double common = trigamma * weighted / (trigamma * less - sum * GammaFunctions.trigammaExcess(sum));
        for (int i = 0; i < theta.length; i++) {
            out[i] = (v[i] + common) / GammaFunctions.trigamma(theta[i]);
        }
    }

    @Override
    void fromUsual(double[] usual, double[] theta) {
        System.arraycopy(usual, 0, theta, 0, length);
    }

    @Override
    void toUsual(double[] theta, double[] usual) {
        System.arraycopy(theta, 0, usual, 0, length);
    }

    @Override
    void usualDerivatives(double[] theta, double[] out) {
        for (int i = 0; i < length; i++) {
            out[i * length + i] = 1;
        }
    }

    @Override
    boolean supports(double[] x, int at) {
        double sum = 0;
        for (int i = at; i < at + length; i++) {
            if (!(x[i] > 0)) {
                return false;
            }
            sum += x[i];
        }
        return Math.abs(sum - 1) <= CLOSURE;
    }

    @Override
    void statisticsOf(double[] x, int at, double[] out, int outAt) {
        for (int i = 0; i < length; i++) {
            out[outAt + i] = Math.log(x[at + i]);
        }
    }

    @Override
    double logBaseOf(double[] x, int at) {
        double sum = 0;
        for (int i = at; i < at + length; i++) {
            sum -= Math.log(x[i]);
        }
        return sum;
    }

    @Override
    void draw(double[] theta, long key, double[] out, int at) {
        double max = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < length; i++) {
            out[at + i] = logGammaDraw(theta[i], CounterRandom.key(key, i));
            max = Math.max(max, out[at + i]);
        }
        double sum = 0;
        for (int i = at; i < at + length; i++) {
            out[i] = Math.exp(out[i] - max);
            sum += out[i];
        }
        for (int i = at; i < at + length; i++) {
            out[i] = Math.max(Double.MIN_VALUE, out[i] / sum);
        }
    }

    /** The log of a draw of a gamma distribution, which may itself be too small for a number. */
    static double logGammaDraw(double shape, long key) {
        double uniform = 1 - CounterRandom.uniform(CounterRandom.key(key, 5), 0);
        return Math.log(Draws.gamma(shape + 1, key)) + Math.log(uniform) / shape;
    }
}
