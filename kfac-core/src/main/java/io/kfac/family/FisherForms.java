package io.kfac.family;

import java.util.Arrays;

/**
 * The Fisher information of natural parameters in the three forms that agree for exponential families (Lehmann and Casella 1998, sec. 2.5;
 * Kullback 1959, sec. 2.6), so that what is wrong with a model or an implementation shows as a difference. d x d, row by row.
 */
public final class FisherForms {
    /** Of fourth-order differences of a function that is exact to rounding. */
    private static final double STEP = 1e-3;

    private FisherForms() {}

    /** Minus the expected second derivatives of log p: Hessian of F, whatever the data. */
    public static double[] minusExpectedHessian(Family family, Natural theta) {
        int d = family.dimension();
        double[] fisher = new double[d * d];
        double[] column = new double[d];
        for (int j = 0; j < d; j++) {
            Arrays.fill(column, 0);
            column[j] = 1;
            family.fisherProduct(theta, column, column);
            System.arraycopy(column, 0, fisher, j * d, d);
        }
        return fisher;
    }

    /**
     * Mean of the squared scores T - eta over data: the Fisher information if these are from the member, the meat of the sandwich if not.
     * @param observations one after the other, each of {@link Family#observationLength} numbers
     */
    public static double[] scoreCovariance(Family family, Natural theta, double[] observations) {
        int d = family.dimension();
        int n = observations.length / family.observationLength();
        double[] eta = family.mean(theta).values();
        double[] score = new double[d];
        double[] sum = new double[d * d];
        for (int row = 0; row < n; row++) {
            family.statistics(observations, row * family.observationLength(), score, 0);
            for (int i = 0; i < d; i++) {
                score[i] -= eta[i];
            }
            for (int i = 0; i < d; i++) {
                for (int j = 0; j < d; j++) {
                    sum[i * d + j] += score[i] * score[j] / n;
                }
            }
        }
        return sum;
    }

    /** Second derivatives of KL(theta || theta + v) in v at 0, by differences: to about 1e-8 of the largest. */
    public static double[] hessianOfKl(Family family, Natural theta) {
        int d = family.dimension();
        double[] fisher = new double[d * d];
        double[] scales = new double[d];
        double[] exact = minusExpectedHessian(family, theta);
        for (int i = 0; i < d; i++) {
            // A standard deviation of the score is too far where the distribution is very skewed.
            double unit = 1 + Math.abs(theta.values()[i]);
            scales[i] = STEP * Math.min(unit, 1 / Math.sqrt(exact[i * d + i]));
        }
        for (int i = 0; i < d; i++) {
            for (int j = 0; j <= i; j++) {
                double sum =
                        second(family, theta, scales, i, j, 1) * 4 / 3 - second(family, theta, scales, i, j, 2) / 3;
                fisher[i * d + j] = sum;
                fisher[j * d + i] = sum;
            }
        }
        return fisher;
    }

    /** Polarisation: (K(v_i + v_j) - K(v_i - v_j) averaged over signs) / 2 of nearly quadratic K. */
    private static double second(Family family, Natural theta, double[] scales, int i, int j, double size) {
        double a = size * scales[i];
        double b = size * scales[j];
        double same = kl(family, theta, i, a, j, b) + kl(family, theta, i, -a, j, -b);
        double opposite = kl(family, theta, i, a, j, -b) + kl(family, theta, i, -a, j, b);
        return (same - opposite) / (4 * a * b);
    }

    private static double kl(Family family, Natural theta, int i, double a, int j, double b) {
        Natural moved = new Natural(theta.values().clone());
        moved.values()[i] += a;
        moved.values()[j] += b;
        return family.kl(theta, moved);
    }
}
