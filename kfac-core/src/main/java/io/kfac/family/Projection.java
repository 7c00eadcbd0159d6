package io.kfac.family;

import java.util.Arrays;

/**
 * The two projections of a dually flat manifold (Amari and Nagaoka 2000, sec. 3.4), which are one convex problem: among the members of
 * natural parameters origin + sum of u_i directions_i, the one that has given means of the statistics directions_i . T. Newton's method
 * with the Fisher information of u, halving steps.
 */
public record Projection(Family family) {
    private static final int ITERATIONS = 200;

    /** Squared Newton decrement after which one more step is exact to rounding: it squares. */
    private static final double NEARLY = 1e-14;

    /** Least decrease of the objective, as a share of what its slope promises (Armijo 1966). */
    private static final double SUFFICIENT = 1e-4;

    private static final double SHORTEST = 1e-12;

    /** Share of a statistic's variance that the others leave of it, below which that is rounding. */
    private static final double DEPENDENT = 1e-12;

    /**
     * m-projection on an e-flat subfamily: of its members s the one of least KL(p || s), such as the maximum-likelihood one for data of mean
     * statistics p. For every other s, KL(p || s) = KL(p || projection) + KL(projection || s).
     * @param origin     a member of the subfamily
     * @param directions linearly independent, each of the family's dimension
     * @param p          may be on the boundary of the mean domain
     */
    public Natural onto(Natural origin, double[][] directions, Mean p) {
        double[] moments = new double[directions.length];
        for (int i = 0; i < moments.length; i++) {
            moments[i] = Family.dot(directions[i], p.values());
        }
        return underMoments(origin, directions, moments);
    }

    /**
     * e-projection on an m-flat subfamily: of the members r with E_r(statistics_i . T) = moments_i the one of least KL(r || q). With q the
     * uniform distribution it has the largest entropy (Jaynes 1957).
     * @param statistics linearly independent, each of the family's dimension
     * @throws IllegalArgumentException where no member has these moments
     */
    public Natural underMoments(Natural q, double[][] statistics, double[] moments) {
        family.require(q);
        requireIndependent(q, statistics);
        double[] theta = q.values().clone();
        double[] eta = new double[theta.length];
        family.potential(theta, eta);
        double[] gradient = gradient(statistics, moments, eta);
        for (int iteration = 0; iteration < ITERATIONS; iteration++) {
            double[] step = newtonStep(theta, statistics, gradient, moments);
            double decrement = -Family.dot(step, gradient);
            double[] direction = combined(statistics, step);
            if (decrement <= NEARLY) {
                double[] last = moved(theta, direction, 1);
                return new Natural(family.contains(new Natural(last)) ? last : theta);
            }
            double size = 1;
            double[] next = moved(theta, direction, size);
            while (!falls(theta, next, size * decrement)) {
                size /= 2;
                if (size < SHORTEST) {
                    throw unreachable(moments);
                }
                next = moved(theta, direction, size);
            }
            theta = next;
            family.potential(theta, eta);
            gradient = gradient(statistics, moments, eta);
        }
        throw unreachable(moments);
    }

    /** Armijo's condition on F(next) - F(theta) - moments . step, which is KL(theta || next) less the decrement: no digits are lost. */
    private boolean falls(double[] theta, double[] next, double decrement) {
        return family.contains(new Natural(next))
                && family.kl(new Natural(theta), new Natural(next)) <= (1 - SUFFICIENT) * decrement;
    }

    private IllegalArgumentException unreachable(double[] moments) {
        return new IllegalArgumentException("Cannot project on the moments %s: no member of %s has them"
                .formatted(Arrays.toString(moments), family.name()));
    }

    private static double[] gradient(double[][] statistics, double[] moments, double[] eta) {
        double[] gradient = new double[moments.length];
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = Family.dot(statistics[i], eta) - moments[i];
        }
        return gradient;
    }

    private void requireIndependent(Natural q, double[][] statistics) {
        int n = statistics.length;
        double[] factor = hessian(q.values(), statistics);
        double[] squared = new double[n];
        for (int i = 0; i < n; i++) {
            squared[i] = factor[i * n + i];
        }
        boolean independent = TriangularWork.factor(factor, n);
        for (int i = 0; i < n && independent; i++) {
            independent = factor[i * n + i] * factor[i * n + i] > DEPENDENT * squared[i];
        }
        if (!independent) {
            throw new IllegalArgumentException(
                    "Cannot project on %d statistics of %s: they are linearly dependent".formatted(n, family.name()));
        }
    }

    private double[] hessian(double[] theta, double[][] statistics) {
        int n = statistics.length;
        double[] hessian = new double[n * n];
        double[] image = new double[theta.length];
        for (int i = 0; i < n; i++) {
            family.hessian(theta, statistics[i], image);
            for (int j = 0; j < n; j++) {
                hessian[i * n + j] = Family.dot(image, statistics[j]);
            }
        }
        return hessian;
    }

    /** Curvature vanishes on the way only to where no member is. */
    private double[] newtonStep(double[] theta, double[][] statistics, double[] gradient, double[] moments) {
        int n = gradient.length;
        double[] hessian = hessian(theta, statistics);
        if (!TriangularWork.factor(hessian, n)) {
            throw unreachable(moments);
        }
        double[] step = new double[n];
        for (int i = 0; i < n; i++) {
            step[i] = -gradient[i];
        }
        TriangularWork.solve(hessian, n, step);
        return step;
    }

    private static double[] combined(double[][] statistics, double[] u) {
        double[] sum = new double[statistics[0].length];
        for (int i = 0; i < u.length; i++) {
            for (int j = 0; j < sum.length; j++) {
                sum[j] += u[i] * statistics[i][j];
            }
        }
        return sum;
    }

    private static double[] moved(double[] theta, double[] direction, double size) {
        double[] moved = theta.clone();
        for (int j = 0; j < moved.length; j++) {
            moved[j] += size * direction[j];
        }
        return moved;
    }
}
