package io.kfac.family;

import java.io.Serializable;

/**
 * A number computed from each value of a column, of which sufficient statistics and base measures are made. Families that need the same
 * one have equal ones, so that a pass over data computes the union of what its families need, each once.
 */
public sealed interface Statistic extends Serializable {

    /** Of one value. */
    double of(double x);

    /** out[i - from] = statistic of x[i], from <= i < to. @param out at least to - from; may be x where from is 0 */
    void of(double[] x, int from, int to, double[] out);

    /** Those without parameters. */
    enum Plain implements Statistic {
        VALUE,
        SQUARE,
        LOG,
        /** log(1 - x). */
        LOG_REST,
        RECIPROCAL,
        COSINE,
        SINE,
        /** log of x!. */
        LOG_FACTORIAL;

        @Override
        public double of(double x) {
            return switch (this) {
                case VALUE -> x;
                case SQUARE -> x * x;
                case LOG -> Math.log(x);
                case LOG_REST -> Math.log1p(-x);
                case RECIPROCAL -> 1 / x;
                case COSINE -> Math.cos(x);
                case SINE -> Math.sin(x);
                case LOG_FACTORIAL -> Scalars.logGamma(x + 1);
            };
        }

        // One loop each: a call through the interface for every value would cost more than most of these do.
        @Override
        public void of(double[] x, int from, int to, double[] out) {
            switch (this) {
                case VALUE -> System.arraycopy(x, from, out, 0, to - from);
                case SQUARE -> {
                    for (int i = from; i < to; i++) {
                        out[i - from] = x[i] * x[i];
                    }
                }
                case LOG -> {
                    for (int i = from; i < to; i++) {
                        out[i - from] = Math.log(x[i]);
                    }
                }
                case RECIPROCAL -> {
                    for (int i = from; i < to; i++) {
                        out[i - from] = 1 / x[i];
                    }
                }
                case LOG_REST, COSINE, SINE, LOG_FACTORIAL -> {
                    for (int i = from; i < to; i++) {
                        out[i - from] = of(x[i]);
                    }
                }
            }
        }
    }

    /** |x - location|. */
    record Deviation(double location) implements Statistic {
        @Override
        public double of(double x) {
            return Math.abs(x - location);
        }

        @Override
        public void of(double[] x, int from, int to, double[] out) {
            for (int i = from; i < to; i++) {
                out[i - from] = of(x[i]);
            }
        }
    }

    /** x^exponent. */
    record Power(double exponent) implements Statistic {
        @Override
        public double of(double x) {
            return Math.pow(x, exponent);
        }

        @Override
        public void of(double[] x, int from, int to, double[] out) {
            for (int i = from; i < to; i++) {
                out[i - from] = of(x[i]);
            }
        }
    }

    /** log(x / minimum). */
    record LogExcess(double minimum) implements Statistic {
        @Override
        public double of(double x) {
            return Math.log(x / minimum);
        }

        @Override
        public void of(double[] x, int from, int to, double[] out) {
            for (int i = from; i < to; i++) {
                out[i - from] = of(x[i]);
            }
        }
    }

    /** log of the number of ways to choose x out of n. */
    record LogChoose(int n) implements Statistic {
        @Override
        public double of(double x) {
            return n == 1 ? 0 : Scalars.logGamma(n + 1) - Scalars.logGamma(x + 1) - Scalars.logGamma(n - x + 1);
        }

        @Override
        public void of(double[] x, int from, int to, double[] out) {
            for (int i = from; i < to; i++) {
                out[i - from] = of(x[i]);
            }
        }
    }

    /** log of Gamma(x + r) / (Gamma(r) x!): the ways to have x failures before success number r. */
    record LogFailures(double r) implements Statistic {
        @Override
        public double of(double x) {
            return r == 1 ? 0 : Scalars.logGamma(x + r) - Scalars.logGamma(r) - Scalars.logGamma(x + 1);
        }

        @Override
        public void of(double[] x, int from, int to, double[] out) {
            for (int i = from; i < to; i++) {
                out[i - from] = of(x[i]);
            }
        }
    }
}
