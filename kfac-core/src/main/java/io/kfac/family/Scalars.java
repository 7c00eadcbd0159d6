package io.kfac.family;

/** Scalar functions that lose no digits near zero and do not overflow far from it. */
final class Scalars {
    private static final double HALF_LOG_2PI = 0.9189385332046727;

    /** From here on Stirling's series, cut off after x^-11, is exact to rounding. */
    private static final double STIRLING = 10;

    private Scalars() {}

    /** exp(x) - 1 - x. */
    static double expm1MinusX(double x) {
        if (Math.abs(x) < 0.03) {
            // The series to x^7 / 7!: the first term left out is below 1e-16 of the sum.
            return x * x / 2 * (1 + x / 3 * (1 + x / 4 * (1 + x / 5 * (1 + x / 6 * (1 + x / 7)))));
        }
        return Math.exp(x) - 1 - x;
    }

    /** x - log(1 + x), for x above -1; infinite for others. */
    static double xMinusLog1p(double x) {
        if (Math.abs(x) < 0.1) {
            // log(1 + x) = 2 artanh(s), s = x / (2 + x): the first term left out is below 1e-15 of the sum.
            double s = x / (2 + x);
            double t = s * s;
            return s * x - 2 * s * t * (1.0 / 3 + t * (1.0 / 5 + t * (1.0 / 7 + t * (1.0 / 9 + t / 11))));
        }
        return x > -1 ? x - Math.log(1 + x) : Double.POSITIVE_INFINITY;
    }

    /** log(1 + exp(x)). */
    static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    /** log(1 - exp(x)), for x below 0 (Maechler 2012). */
    static double log1mExp(double x) {
        return x > -0.6931471805599453 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x));
    }

    /** x log y, 0 where x is. */
    static double xLogY(double x, double y) {
        return x == 0 ? 0 : x * Math.log(y);
    }

    /** r - 1 - log r of the ratio r = a / b of two numbers of one sign, however far apart. */
    static double ratioGap(double a, double b) {
        double relative = (a - b) / b;
        if (Math.abs(relative) < 0.5) {
            return xMinusLog1p(relative);
        }
        double ratio = a / b;
        boolean normal = ratio > Double.MIN_NORMAL && ratio <= Double.MAX_VALUE;
        return ratio - 1 - (normal ? Math.log(ratio) : Math.log(Math.abs(a)) - Math.log(Math.abs(b)));
    }

    /** 1 / (1 + exp(-x)). */
    static double logistic(double x) {
        double small = Math.exp(-Math.abs(x));
        return (x < 0 ? small : 1) / (1 + small);
    }

    /** KL(p || q) of two Bernoulli distributions, whose log-odds are those of p and x more. @param rest 1 - p, with all its digits */
    static double logOddsGap(double p, double rest, double x) {
        if (p > rest) {
            return logOddsGap(rest, p, -x);
        }
        // log(1 + u) - p x, where u = p (exp(x) - 1): both terms of the first form are of the size of their difference.
        double u = p * Math.expm1(x);
        if (u < 1) {
            return p * expm1MinusX(x) - xMinusLog1p(u);
        }
        return rest * x + Math.log(p + rest * Math.exp(-x));
    }

    /** KL(p || q) of two Bernoulli distributions, p in (0, 1], log q = log p + x; infinite where that is no probability. */
    static double logProbabilityGap(double p, double x) {
        double rest = 1 - p;
        if (rest == 0) {
            return x <= 0 ? -x : Double.POSITIVE_INFINITY;
        }
        return p * expm1MinusX(x) + rest * xMinusLog1p(-p * Math.expm1(x) / rest);
    }

    /** log of the gamma function, for x above 0, to about 1e-14 (absolute below 10, relative above). */
    static double logGamma(double x) {
        double shifted = x;
        double product = 1;
        while (shifted < STIRLING) {
            product *= shifted;
            shifted++;
        }
        double t = 1 / (shifted * shifted);
        // Bernoulli numbers B_2k / (2k (2k - 1)).
        double series = (1.0 / 12
                        - t * (1.0 / 360 - t * (1.0 / 1260 - t * (1.0 / 1680 - t * (1.0 / 1188 - t * 691.0 / 360360)))))
                / shifted;
        return (shifted - 0.5) * Math.log(shifted) - shifted + HALF_LOG_2PI + series - Math.log(product);
    }
}
