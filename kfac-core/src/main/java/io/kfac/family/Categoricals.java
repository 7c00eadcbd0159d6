package io.kfac.family;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Distributions on classes 0, ..., k - 1, over-complete: T is the indicator of the class, theta its log-probabilities up to a constant,
 * eta its probabilities, F = log-sum-exp, h = 1. Only differences of theta count; the Fisher information is singular along (1, ..., 1).
 */
public final class Categoricals extends Family {
    private static final long serialVersionUID = 1;

    /** How far from 1 the sum of a point of the simplex may be: rounding. */
    private static final double ROUNDING = 1e-9;

    /** Log-ratios from here on overflow; below, sums of positive terms keep all digits. */
    private static final double FAR = 600;

    private final int classes;

    /** @param classes k, at least 1 */
    public Categoricals(int classes) {
        if (classes < 1) {
            throw new IllegalArgumentException("Cannot use %d classes: at least 1 is needed".formatted(classes));
        }
        this.classes = classes;
    }

    @Override
    public String name() {
        return "categorical(%d)".formatted(classes);
    }

    @Override
    public int dimension() {
        return classes;
    }

    @Override
    public int parameters() {
        return classes - 1;
    }

    @Override
    public int observationLength() {
        return 1;
    }

    @Override
    public List<String> parameterNames() {
        List<String> names = new ArrayList<>(classes);
        for (int j = 0; j < classes; j++) {
            names.add("p" + j);
        }
        return names;
    }

    @Override
    int usualLength() {
        return classes;
    }

    /** A part of the sphere of radius 2. */
    @Override
    public Optional<FisherRao> fisherRao() {
        return Optional.of(new SimplexGeometry(this));
    }

    /** Fisher and Rao's distance of two points of the simplex, its boundary included: at most pi. */
    public double distance(Mean p, Mean q) {
        requireProbabilities(p);
        requireProbabilities(q);
        return SimplexGeometry.distance(p.values(), q.values());
    }

    private void requireProbabilities(Mean p) {
        if (p.values().length != classes || conjugateOutside(p.values()) == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(
                    "Cannot take %s for %d probabilities that sum to 1".formatted(p, classes));
        }
    }

    @Override
    boolean insideNatural(double[] theta) {
        return true;
    }

    @Override
    boolean insideMean(double[] eta) {
        double sum = 0;
        for (double p : eta) {
            if (!(p > 0)) {
                return false;
            }
            sum += p;
        }
        return Math.abs(sum - 1) <= ROUNDING;
    }

    @Override
    double potential(double[] theta) {
        double max = max(theta);
        double sum = 0;
        for (double each : theta) {
            sum += Math.exp(each - max);
        }
        return max + Math.log(sum);
    }

    @Override
    double potential(double[] theta, double[] eta) {
        double max = max(theta);
        double sum = 0;
        for (int j = 0; j < theta.length; j++) {
            eta[j] = Math.exp(theta[j] - max);
            sum += eta[j];
        }
        for (int j = 0; j < eta.length; j++) {
            eta[j] /= sum;
        }
        return max + Math.log(sum);
    }

    private static double max(double[] x) {
        double max = x[0];
        for (double each : x) {
            max = Math.max(max, each);
        }
        return max;
    }

    /** Of all theta with these probabilities, the one whose F is 0. */
    @Override
    double conjugate(double[] eta, double[] theta) {
        double sum = 0;
        for (int j = 0; j < eta.length; j++) {
            double p = eta[j];
            theta[j] = Math.log(p);
            sum += Scalars.xLogY(p, p);
        }
        return sum;
    }

    /** Finite wherever no probability is negative. */
    @Override
    double conjugateOutside(double[] eta) {
        double total = 0;
        double sum = 0;
        for (double p : eta) {
            if (!(p >= 0)) {
                return Double.POSITIVE_INFINITY;
            }
            total += p;
            sum += Scalars.xLogY(p, p);
        }
        return Math.abs(total - 1) <= ROUNDING ? sum : Double.POSITIVE_INFINITY;
    }

    /** log of E_p exp(x) with x the shift less its mean, as {@link Categorical#divergences}; far apart, by its definition. */
    @Override
    double divergence(double[] p, double[] q) {
        double potential = potential(p);
        double center = 0;
        double most = 0;
        for (int j = 0; j < p.length; j++) {
            double shift = q[j] - p[j];
            center += Math.exp(p[j] - potential) * shift;
            most = Math.max(most, Math.abs(shift));
        }
        if (most > FAR) {
            return Math.max(0, potential(q) - potential - center);
        }
        double sum = 0;
        for (int j = 0; j < p.length; j++) {
            sum += Math.exp(p[j] - potential) * Scalars.expm1MinusX(q[j] - p[j] - center);
        }
        return Math.log1p(sum);
    }

    /** Sum of p log(p / q) - p + q: the differences cancel in the sum, and every term is positive. */
    @Override
    double divergenceOfMeans(double[] p, double[] q) {
        double sum = 0;
        for (int j = 0; j < p.length; j++) {
            sum += p[j] * Scalars.ratioGap(q[j], p[j]);
        }
        return sum;
    }

    @Override
    void hessian(double[] theta, double[] v, double[] out) {
        double potential = potential(theta);
        double inner = 0;
        for (int j = 0; j < theta.length; j++) {
            inner += Math.exp(theta[j] - potential) * v[j];
        }
        for (int j = 0; j < theta.length; j++) {
            out[j] = Math.exp(theta[j] - potential) * (v[j] - inner);
        }
    }

    /** Of all solutions the one of mean 0, for a v that sums to 0; of others, the rest is left out. */
    @Override
    void inverseHessian(double[] theta, double[] v, double[] out) {
        double potential = potential(theta);
        double total = 0;
        for (double each : v) {
            total += each;
        }
        for (int j = 0; j < theta.length; j++) {
            out[j] = v[j] / Math.exp(theta[j] - potential) - total;
        }
    }

    @Override
    void fromUsual(double[] usual, double[] theta) {
        if (insideMean(usual)) {
            conjugate(usual, theta);
        } else {
            Arrays.fill(theta, Double.NaN);
        }
    }

    @Override
    void toUsual(double[] theta, double[] usual) {
        potential(theta, usual);
    }

    @Override
    void usualDerivatives(double[] theta, double[] out) {
        double[] unit = new double[classes];
        double[] column = new double[classes];
        for (int j = 0; j < classes; j++) {
            unit[j] = 1;
            hessian(theta, unit, column);
            unit[j] = 0;
            System.arraycopy(column, 0, out, j * classes, classes);
        }
    }

    @Override
    boolean supports(double[] x, int at) {
        return x[at] >= 0 && x[at] < classes && x[at] == Math.rint(x[at]);
    }

    @Override
    void statisticsOf(double[] x, int at, double[] out, int outAt) {
        Arrays.fill(out, outAt, outAt + classes, 0);
        out[outAt + (int) x[at]] = 1;
    }

    @Override
    double logBaseOf(double[] x, int at) {
        return 0;
    }

    @Override
    void draw(double[] theta, long key, double[] out, int at) {
        double[] p = new double[classes];
        potential(theta, p);
        out[at] = Categorical.draw(p, CounterRandom.uniform(key));
    }
}
