package io.kfac.linalg;

/**
 * The double counterparts of {@link Kernels}, scalar, on Math.exp and Math.log, which are intrinsics with one
 * implementation for interpreted and compiled code (Math.tanh, log1p and expm1 are not on Java 17, and slow). Errors
 * stay near 1e-15 relative.
 */
final class DoubleKernels {
    private static final double NORMAL = 0.3989422804014327;

    /**
     * tanh(x) = x + x u P(u) / Q(u), u = x^2, below this (Cephes, S. Moshier); above it, (1 - e) / (1 + e), e = exp(-2
     * x).
     */
    private static final double TANH_SMALL = 0.625;

    private static final double[] TANH_P = {-0.9643991794250523, -99.28772310019185, -1614.6876844170845};
    private static final double[] TANH_Q = {1, 112.81167849163293, 2235.4883906010045, 4844.063053251255};

    /**
     * (1 - Phi(a)) exp(a^2 / 2) (1 + a) as a Chebyshev series in (a - 4) / (a + 4), a >= 0; computed in 40-digit
     * arithmetic.
     */
    private static final double[] TAIL = {
        0.9311731993927568,
        -0.06423751712334332,
        -0.011171509596721219,
        0.01263630599437623,
        -0.004828490640131744,
        0.0010793834106156014,
        -0.00011940995202852482,
        -6.848588377676687e-6,
        4.060629718065481e-6,
        -1.9527544708339358e-7,
        -1.1345944386468555e-7,
        1.2273971384255565e-8,
        3.6624412033317487e-9,
        -5.088948506308244e-10,
        -1.4602402013064196e-10,
        1.8321966519409556e-11,
        6.857544390432237e-12,
        -5.077272153371921e-13,
        -3.4580644598598757e-13,
        4.4128289045639697e-16,
        1.7054857251150025e-14,
        1.5123560842957264e-15,
        -7.370192406927911e-16,
        -1.6125793349685432e-16,
        2.1297936818828957e-17,
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
