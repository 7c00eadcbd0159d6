package io.kfac.optimizer;

import io.kfac.linalg.DoubleMatrix;

/**
 * The exact quadratic model of the loss along the preconditioned gradient Delta and the previous step d (Martens and Grosse
 * 2015, sec. 6.4 and 7): M(a, m) = a b1 + m b2 + (a, m) C (a, m)' / 2.
 * @param stepSize  a at the minimum
 * @param momentum  m at the minimum; 0 where Delta and d are parallel to rounding
 * @param linear    a b1 + m b2: change of the loss to first order
 * @param value     M at the minimum, damping in: what directions compete by
 * @param predicted change of the loss by that step: penalty in, damping out; negative
 * @param kl        half of step' F step
 */
record QuadraticModel(double stepSize, double momentum, double linear, double value, double predicted, double kl) {
    /** Below this share of F11 F22 the determinant is rounding. */
    private static final double SINGULAR = 1e-10;

    /**
     * @param slopes    (g . Delta, g . d)
     * @param fisher    2x2 mean Fisher products of (Delta, d); of all three, only the upper triangle is read
     * @param penalty   2x2 products under the penalty's curvature
     * @param identity  2x2 Euclidean products
     * @param damping   lambda
     */
    static QuadraticModel minimize(
            double[] slopes, DoubleMatrix fisher, DoubleMatrix penalty, DoubleMatrix identity, double damping) {
        double[] c = new double[3];
        double[] undamped = new double[3];
        for (int e = 0; e < 3; e++) {
            int i = e == 2 ? 1 : 0;
            int j = e == 0 ? 0 : 1;
            undamped[e] = fisher.get(i, j) + penalty.get(i, j);
            c[e] = undamped[e] + damping * identity.get(i, j);
        }
        double determinant = c[0] * c[2] - c[1] * c[1];
        double a;
        double m;
        if (determinant > SINGULAR * c[0] * c[2]) {
            a = -(c[2] * slopes[0] - c[1] * slopes[1]) / determinant;
            m = -(c[0] * slopes[1] - c[1] * slopes[0]) / determinant;
        } else {
            a = c[0] > 0 ? -slopes[0] / c[0] : 0;
            m = 0;
        }
        double linear = a * slopes[0] + m * slopes[1];
        double value = linear + square(a, m, c[0], c[1], c[2]);
        double predicted = linear + square(a, m, undamped[0], undamped[1], undamped[2]);
        double kl = square(a, m, fisher.get(0, 0), fisher.get(0, 1), fisher.get(1, 1));
        return new QuadraticModel(a, m, linear, value, predicted, kl);
    }

    /** The same model at a share of its step. */
    QuadraticModel shortened(double share) {
        double square = share * share;
        return new QuadraticModel(
                share * stepSize,
                share * momentum,
                share * linear,
                share * linear + square * (value - linear),
                share * linear + square * (predicted - linear),
                square * kl);
    }

    private static double square(double a, double m, double aa, double am, double mm) {
        return (a * a * aa + 2 * a * m * am + m * m * mm) / 2;
    }
}
