package io.kfac.family;

/**
 * Derivatives of the log of the gamma function, and differences of it, for positive x: by recurrence up to 10, where the asymptotic series
 * of their Bernoulli numbers is exact to rounding (Abramowitz and Stegun 1972, sec. 6.3 and 6.4). Libraries have the first two; what the
 * families need beside them are forms in which the leading terms, x log x - x of the gamma function itself, have been cancelled by hand.
 */
final class GammaFunctions {
    private static final double HALF_LOG_2PI = 0.9189385332046727;
    private static final double EULER = 0.5772156649015329;
    private static final double LARGE = 10;
    private static final int ITERATIONS = 100;

    /** B_2k / (2k (2k - 1)): coefficients of x^(1 - 2k) in log Gamma. */
    private static final double[] STIRLING = {
        1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360360, 1.0 / 156
    };

    private GammaFunctions() {}

    /** psi(x) = (log Gamma)'(x). */
    static double digamma(double x) {
        return Math.log(x) - logLessDigamma(x);
    }

    /** log x - psi(x): positive, and without cancellation. */
    static double logLessDigamma(double x) {
        double sum = 0;
        double shifted = x;
        for (; shifted < LARGE; shifted++) {
            sum += Scalars.xMinusLog1p(1 / shifted);
        }
        double s = 1 / shifted;
        double t = s * s;
        return sum
                + s / 2
                + t
                        * (1.0 / 12
                                - t
                                        * (1.0 / 120
                                                - t
                                                        * (1.0 / 252
                                                                - t
                                                                        * (1.0 / 240
                                                                                - t
                                                                                        * (1.0 / 132
                                                                                                - t
                                                                                                        * (691.0 / 32760
                                                                                                                - t
                                                                                                                        / 12))))));
    }

    /** psi'(x). */
    static double trigamma(double x) {
        return trigammaExcess(x) + 1 / x;
    }

    /** psi'(x) - 1 / x: positive, and without cancellation. */
    static double trigammaExcess(double x) {
        double sum = 0;
        double shifted = x;
        for (; shifted < LARGE; shifted++) {
            sum += 1 / (shifted * shifted * (shifted + 1));
        }
        double s = 1 / shifted;
        double t = s * s;
        double series = 5.0 / 66 - t * (691.0 / 2730 - t * 7 / 6);
        return sum + t / 2 + t * s * (1.0 / 6 - t * (1.0 / 30 - t * (1.0 / 42 - t * (1.0 / 30 - t * series))));
    }

    /** psi''(x), negative. */
    static double tetragamma(double x) {
        double sum = 0;
        double shifted = x;
        for (; shifted < LARGE; shifted++) {
            sum += 2 / (shifted * shifted * shifted);
        }
        double s = 1 / shifted;
        double t = s * s;
        double series = 3.0 / 10 - t * (5.0 / 6 - t * (691.0 / 210 - t * 35 / 2));
        return -sum - t * (1 + s) - t * t * (1.0 / 2 - t * (1.0 / 6 - t * (1.0 / 6 - t * series)));
    }

    /** log Gamma(x) - x log x + x: convex and decreasing. */
    static double logGammaExcess(double x) {
        if (x < LARGE) {
            return Scalars.logGamma(x) - Scalars.xLogY(x, x) + x;
        }
        double s = 1 / x;
        double t = s * s;
        double sum = 0;
        for (int k = STIRLING.length - 1; k >= 0; k--) {
            sum = STIRLING[k] + t * sum;
        }
        return HALF_LOG_2PI - Math.log(x) / 2 + s * sum;
    }

    /** B(b, a) of the convex function log Gamma(x) - x log x + x, as {@link LegendreFunction#divergence}: all digits however near b is to a. */
    static double excessGap(double b, double a) {
        double sum = 0;
        double large = b;
        double origin = a;
        for (; large < LARGE || origin < LARGE; large++, origin++) {
            // log Gamma(x) = log Gamma(x + 1) - log x.
            sum += Scalars.ratioGap(large, origin);
        }
        if (large != b) {
            boolean near = Math.abs(b - a) < 0.5 * a;
            // Far apart, the linear parts of the two are so large that nothing else is left of their difference.
            sum += near
                    ? entropyGap(large, origin) - entropyGap(b, a)
                    : large * Math.log(large / origin) - b * Math.log(b / a);
        }
        return sum + Scalars.ratioGap(large, origin) / 2 + stirlingGap(large, origin);
    }

    /** B(b, a) of x log x - x. */
    private static double entropyGap(double b, double a) {
        return b * Scalars.ratioGap(a, b);
    }

    /** B(b, a) of Stirling's series. */
    private static double stirlingGap(double b, double a) {
        return powerGap(STIRLING, 1, 2, b, a);
    }

    /**
     * B(b, a) of the sum of c_k x^-(first + step k): with s = b / a that of x^-m is a^-m (s - 1)^2 (m / s + (m - 1) / s^2 + ... + 1 / s^m).
     */
    static double powerGap(double[] c, int first, int step, double b, double a) {
        double u = (b - a) / a;
        double sum = 0;
        if (!(Math.abs(u) < 0.5)) {
            for (int k = 0; k < c.length; k++) {
                int m = first + step * k;
                double power = Math.pow(a, -m);
                sum += c[k] * (Math.pow(b, -m) - power + m * u * power);
            }
            return sum;
        }
        double q = a / b;
        double powerOfQ = 1;
        double powers = 0;
        double weighted = 0;
        double scale = 1;
        int last = first + step * (c.length - 1);
        for (int m = 1; m <= last; m++) {
            powerOfQ *= q;
            powers += powerOfQ;
            weighted += powers;
            scale /= a;
            if (m >= first && (m - first) % step == 0) {
                sum += c[(m - first) / step] * scale * weighted;
            }
        }
        return u * u * sum;
    }

    /** The x of log x - psi(x) = s, for s > 0 (Minka 2002): Newton in 1 / x, of which it is nearly a multiple. */
    static double inverseLogLessDigamma(double s) {
        double x = (3 - s + Math.sqrt((s - 3) * (s - 3) + 24 * s)) / (12 * s);
        if (!(x > 0)) {
            // s is so large that its terms cancel, or infinite; there log x - psi(x) is 1 / x and less than that.
            x = 1 / s;
        }
        for (int i = 0; i < ITERATIONS; i++) {
            double gap = logLessDigamma(x) - s;
            double reciprocal = 1 / x - gap / (x * x * trigammaExcess(x));
            double next = reciprocal > 0 ? 1 / reciprocal : 2 * x;
            if (!(Math.abs(next - x) > 1e-15 * x)) {
                return next;
            }
            x = next;
        }
        return x;
    }

    /** The x of psi(x) = y (Minka 2000, appendix C): Newton from a start that it never overshoots to the left of zero from. */
    static double inverseDigamma(double y) {
        double x = y >= -2.22 ? Math.exp(y) + 0.5 : -1 / (y + EULER);
        for (int i = 0; i < ITERATIONS; i++) {
            double step = (digamma(x) - y) / trigamma(x);
            double next = step < x ? x - step : x / 2;
            if (!(Math.abs(next - x) > 1e-15 * x)) {
                return next;
            }
            x = next;
        }
        return x;
    }
}
