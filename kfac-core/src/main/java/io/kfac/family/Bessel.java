package io.kfac.family;

/**
 * The modified Bessel function I_0 on x >= 0, through l(x) = log I_0(x) - x, whose derivatives carry the von Mises family: by Kummer's
 * series up to 25, all of whose terms are positive, by the asymptotic series of its logarithm beyond (Abramowitz and Stegun 1972,
 * eq. 9.7.1, 13.6.3). No library at hand has these without overflow and cancellation.
 */
final class Bessel {
    private static final double LARGE = 25;
    private static final int ITERATIONS = 100;

    /** No series adds terms smaller than this share of their sum. */
    private static final double ROUNDING = 1e-18;

    /** Steps shorter than this share of 1 + x leave differences of l too few digits. */
    private static final double NEAR = 0.05;

    /** Of Gauss and Legendre's rule of 4 points on [0, 1]. */
    private static final double[] NODES = {
        0.06943184420297371, 0.33000947820757187, 0.6699905217924281, 0.9305681557970262
    };

    private static final double[] WEIGHTS = {
        0.17392742256872692, 0.32607257743127305, 0.32607257743127305, 0.17392742256872692
    };

    /** log of sqrt(2 pi x) exp(-x) I_0(x) is the sum of these times x^-1, x^-2, ... */
    private static final double[] ASYMPTOTIC = {
        0.125,
        0.0625,
        0.06510416666666667,
        0.1015625,
        0.2095703125,
        0.5364583333333334,
        1.6380658830915178,
        5.809814453125,
        23.475127749972874,
        106.467822265625,
        535.640519510616,
        2960.739786783854,
        17837.279688947478,
        116339.24666050503,
        816737.8421910767,
        6140798.86346674,
        49232732.339998595,
        419272864.964833,
        3779795380.667541,
        35961831603.669014,
        360101552365.56555,
        3785651810447.53,
        41687986318546.49,
        479892615938701.0
    };

    private Bessel() {}

    /** l(x) = log I_0(x) - x. */
    static double logScaled(double x) {
        return x < LARGE
                ? Math.log(kummer(x, Moment.ZEROTH)) - 2 * x
                : -Math.log(2 * Math.PI * x) / 2 + asymptotic(x, 0);
    }

    /** A(x) = I_1(x) / I_0(x), the mean of the cosine. */
    static double ratio(double x) {
        return x < LARGE ? kummer(x, Moment.COSINE) / kummer(x, Moment.ZEROTH) : 1 - ratioRest(x);
    }

    /** 1 - A(x). */
    static double ratioRest(double x) {
        return x < LARGE ? kummer(x, Moment.REST) / kummer(x, Moment.ZEROTH) : 1 / (2 * x) + asymptotic(x, 1);
    }

    /** A'(x), the variance of the cosine. */
    static double slope(double x) {
        if (x >= LARGE) {
            return 1 / (2 * x * x) + asymptotic(x, 2);
        }
        double all = kummer(x, Moment.ZEROTH);
        double rest = kummer(x, Moment.REST) / all;
        return 1.5 * kummer(x, Moment.SQUARED_REST) / all - rest * rest;
    }

    /** B(b, a) of log I_0, as {@link LegendreFunction#divergence}: all digits however near b is to a. @param step b - a */
    static double gap(double b, double a, double step) {
        if (a >= LARGE && b >= LARGE) {
            return Scalars.ratioGap(b, a) / 2 + GammaFunctions.powerGap(ASYMPTOTIC, 1, 1, b, a);
        }
        if (Math.abs(step) > NEAR * (1 + a)) {
            return logScaled(b) - logScaled(a) + ratioRest(a) * step;
        }
        // Taylor's remainder, the integral of (b - x) A'(x), by Gauss and Legendre.
        double sum = 0;
        for (int i = 0; i < NODES.length; i++) {
            sum += WEIGHTS[i] * (1 - NODES[i]) * slope(a + NODES[i] * step);
        }
        return step * step * sum;
    }

    /** The x of A(x) = r, r in [0, 1): Newton on a concave function, from the start of Banerjee et al. (2005, sec. 4.2). */
    static double inverseRatio(double r) {
        double x = r * (2 - r * r) / ((1 - r) * (1 + r));
        for (int i = 0; i < ITERATIONS && x > 0; i++) {
            double gap = r < 0.5 ? r - ratio(x) : ratioRest(x) - (1 - r);
            double next = Math.max(x / 2, x + gap / slope(x));
            if (!(Math.abs(next - x) > 1e-15 * x)) {
                return next;
            }
            x = next;
        }
        return x;
    }

    /** What is averaged, times I_0(x) exp(x): 1, cos, 1 - cos, 2/3 (1 - cos)^2. */
    private enum Moment {
        ZEROTH,
        COSINE,
        REST,
        SQUARED_REST
    }

    /** With z = 2 x, the sum of (1/2)_k z^k / k!^2 times 1, k / (k + 1), 1 / (k + 1), 2 / ((k + 1) (k + 2)). */
    private static double kummer(double x, Moment moment) {
        double z = 2 * x;
        double term = 1;
        double sum = 0;
        for (int k = 0; term > 0; k++) {
            double next = k + 1;
            sum += term
                    * switch (moment) {
                        case ZEROTH -> 1;
                        case COSINE -> k / next;
                        case REST -> 1 / next;
                        case SQUARED_REST -> 2 / (next * (next + 1));
                    };
            if (k > z && term < ROUNDING * sum) {
                return sum;
            }
            term *= (k + 0.5) * z / (next * next);
        }
        return sum;
    }

    /** The sum of c_m x^-m, or the absolute value of its first derivative, or its second. */
    private static double asymptotic(double x, int derivative) {
        double s = 1 / x;
        double sum = 0;
        for (int m = ASYMPTOTIC.length; m >= 1; m--) {
            double weight = derivative == 0 ? 1 : derivative == 1 ? m : m * (m + 1.0);
            sum = (sum + ASYMPTOTIC[m - 1] * weight) * s;
        }
        return derivative == 0 ? sum : derivative == 1 ? sum * s : sum * s * s;
    }
}
