package io.kfac.family;

/** Exact draws by rejection, each attempt with the next of a key's random numbers: a draw is a function of its key. */
final class Draws {
    /** From here on rejection is faster than inversion, and its constants hold. */
    private static final double LARGE_MEAN = 10;

    /** Where rounding has eaten up the distribution function: no smaller mean reaches so far. */
    private static final int LARGEST_OF_SMALL_MEANS = 1_000;

    private Draws() {}

    static double poisson(double mean, long key) {
        return mean < LARGE_MEAN ? inverted(mean, CounterRandom.uniform(key, 0)) : rejected(mean, key);
    }

    private static double inverted(double mean, double uniform) {
        double rest = uniform;
        double p = Math.exp(-mean);
        int k = 0;
        while (rest >= p && k < LARGEST_OF_SMALL_MEANS) {
            rest -= p;
            k++;
            p *= mean / k;
        }
        return k;
    }

    /** PTRS, transformed rejection with a squeeze (Hoermann 1993). */
    private static double rejected(double mean, long key) {
        double b = 0.931 + 2.53 * Math.sqrt(mean);
        double a = -0.059 + 0.02483 * b;
        double inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
        double squeeze = 0.9277 - 3.6224 / (b - 2);
        double logMean = Math.log(mean);
        for (long attempt = 0; ; attempt++) {
            double u = CounterRandom.uniform(key, 2 * attempt) - 0.5;
            double v = CounterRandom.uniform(key, 2 * attempt + 1);
            double us = 0.5 - Math.abs(u);
            double k = Math.floor((2 * a / us + b) * u + mean + 0.43);
            if (us >= 0.07 && v <= squeeze) {
                return k;
            }
            boolean plausible = k >= 0 && (us >= 0.013 || v <= us);
            if (plausible
                    && Math.log(v * inverseAlpha / (a / (us * us) + b))
                            <= k * logMean - mean - Scalars.logGamma(k + 1)) {
                return k;
            }
        }
    }

    /** Of unit scale (Marsaglia and Tsang 2000); shapes below 1 by a power of a uniform (their sec. 6). */
    static double gamma(double shape, long key) {
        double boost = shape < 1 ? Math.pow(1 - CounterRandom.uniform(CounterRandom.key(key, 3), 0), 1 / shape) : 1;
        double d = (shape < 1 ? shape + 1 : shape) - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        long normals = CounterRandom.key(key, 1);
        long uniforms = CounterRandom.key(key, 2);
        for (long attempt = 0; ; attempt++) {
            double x = CounterRandom.normal(normals, attempt);
            double root = 1 + c * x;
            double v = root * root * root;
            if (v > 0 && Math.log(CounterRandom.uniform(uniforms, attempt)) < x * x / 2 + d * (1 - v + Math.log(v))) {
                return boost * d * v;
            }
        }
    }
}
