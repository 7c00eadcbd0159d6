package io.kfac.linalg;

/**
 * The double counterparts of {@link Kernels}, scalar, on Math.exp and Math.log, which are intrinsics with one implementation for
 * interpreted and compiled code (Math.tanh, log1p and expm1 are not on Java 17, and slow). Errors stay near 1e-15 relative.
 */
final class DoubleKernels {
    private static final double NORMAL = 0.398942280401432678;

    /** tanh(x) = x + x u P(u) / Q(u), u = x^2, below this (Cephes, S. Moshier); above it, (1 - e) / (1 + e), e = exp(-2 x). */
    private static final double TANH_SMALL = 0.625;

    private static final double[] TANH_P = {
        -9.64399179425052238628e-1, -9.92877231001918586564e1, -1.61468768441708447952e3
    };
    private static final double[] TANH_Q = {
        1, 1.12811678491632931402e2, 2.23548839060100448583e3, 4.84406305325125486048e3
    };

    /** (1 - Phi(a)) exp(a^2 / 2) (1 + a) as a Chebyshev series in (a - 4) / (a + 4), a >= 0; computed in 40-digit arithmetic. */
    private static final double[] TAIL = {
        0.931173199392756732,
        -0.0642375171233433089,
        -0.0111715095967212195,
        0.0126363059943762301,
        -0.00482849064013174403,
        0.00107938341061560132,
        -0.000119409952028524811,
        -6.8485883776766864e-6,
        4.06062971806548092e-6,
        -1.95275447083393574e-7,
        -1.13459443864685547e-7,
        1.22739713842555658e-8,
        3.66244120333174862e-9,
        -5.08894850630824307e-10,
        -1.46024020130641953e-10,
        1.83219665194095566e-11,
        6.85754439043223757e-12,
        -5.0772721533719215e-13,
        -3.45806445985987553e-13,
        4.41282890456396948e-16,
        1.70548572511500254e-14,
        1.51235608429572639e-15,
        -7.37019240692791045e-16,
        -1.61257933496854334e-16,
        2.12979368188289565e-17,
    };

    /** From here on 1 - Phi(a) is 0 in double. */
    private static final double TAIL_MAX = 39;

    private DoubleKernels() {}

    static void exp(double[] x, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            x[i] = Math.exp(x[i]);
        }
    }

    /** log(1 + exp(x)). */
    static double softplus(double x) {
        return Math.max(x, 0) + log1p(Math.exp(-Math.abs(x)));
    }

    /** log(1 + exp(x)) - x t, with no cancellation where t is 0 or 1. */
    static double softplusMinus(double x, double t) {
        return Math.fma(-x, t, Math.max(x, 0)) + log1p(Math.exp(-Math.abs(x)));
    }

    /** log(1 + e), e in [0, 1]: the rounding error of 1 + e cancels between log and quotient (Kahan). */
    private static double log1p(double e) {
        double u = 1 + e;
        return u == 1 ? e : Math.log(u) * (e / (u - 1));
    }

    /** z = tanh(z); slope = tanh'(z) where it is not empty. */
    static void tanh(double[] z, int offset, double[] slope, int slopeOffset, int length) {
        for (int i = 0; i < length; i++) {
            double x = z[offset + i];
            double a = Math.abs(x);
            double value;
            double derivative;
            if (a < TANH_SMALL) {
                double u = a * a;
                value = a + a * u * (horner(TANH_P, u) / horner(TANH_Q, u));
                derivative = Math.fma(-value, value, 1);
            } else {
                double e = Math.exp(-2 * a);
                double q = 1 / (1 + e);
                value = (1 - e) * q;
                derivative = 4 * e * q * q;
            }
            z[offset + i] = x < 0 ? -value : value;
            if (slope.length != 0) {
                slope[slopeOffset + i] = derivative;
            }
        }
    }

    /** z = 1 / (1 + exp(-z)); slope = its derivative where it is not empty. */
    static void logistic(double[] z, int offset, double[] slope, int slopeOffset, int length) {
        for (int i = 0; i < length; i++) {
            double x = z[offset + i];
            double e = Math.exp(-Math.abs(x));
            double q = 1 / (1 + e);
            z[offset + i] = x < 0 ? e * q : q;
            if (slope.length != 0) {
                slope[slopeOffset + i] = e * q * q;
            }
        }
    }

    /** z = max(z, 0); slope = 1 where z is positive, else 0, where it is not empty. */
    static void relu(double[] z, int offset, double[] slope, int slopeOffset, int length) {
        for (int i = 0; i < length; i++) {
            double x = z[offset + i];
            z[offset + i] = Math.max(x, 0);
            if (slope.length != 0) {
                slope[slopeOffset + i] = x > 0 ? 1 : 0;
            }
        }
    }

    /** z = z Phi(z); slope = Phi(z) + z phi(z) where it is not empty. */
    static void gelu(double[] z, int offset, double[] slope, int slopeOffset, int length) {
        for (int i = 0; i < length; i++) {
            double x = z[offset + i];
            double a = Math.min(Math.abs(x), TAIL_MAX);
            double square = a * a;
            // The square's rounding error, put back to first order: it would cost 700 ulp in the tails.
            double e = Math.exp(-0.5 * square) * (1 - 0.5 * Math.fma(a, a, -square));
            double tail = e * chebyshev((a - 4) / (a + 4)) / (1 + a);
            z[offset + i] = Math.max(x, 0) - a * tail;
            if (slope.length != 0) {
                slope[slopeOffset + i] = Math.fma(x < 0 ? -a : a, e * NORMAL, x < 0 ? tail : 1 - tail);
            }
        }
    }

    private static double chebyshev(double t) {
        double b1 = 0;
        double b2 = 0;
        for (int k = TAIL.length - 1; k > 0; k--) {
            double b = Math.fma(2 * t, b1, TAIL[k] - b2);
            b2 = b1;
            b1 = b;
        }
        return Math.fma(t, b1, TAIL[0] / 2 - b2);
    }

    /** Highest power first. */
    private static double horner(double[] coefficients, double u) {
        double sum = coefficients[0];
        for (int k = 1; k < coefficients.length; k++) {
            sum = Math.fma(sum, u, coefficients[k]);
        }
        return sum;
    }
}
