package io.kfac.family;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/** Expectations by quadrature or summation, from densities alone. */
final class Expectations {
    /** Of the double exponential rule's trapezoids: halving them changes nothing any more. */
    private static final double STEP = 1.0 / 64;

    private static final double REACH = 6.2;

    private Expectations() {}

    /** The mean of f over a member of a family. */
    static double of(Univariate family, Natural member, DoubleUnaryOperator f) {
        Support support = family.support();
        return support.counting() ? sum(family, member, f) : integral(family, member, f);
    }

    private static double sum(Univariate family, Natural member, DoubleUnaryOperator f) {
        double sum = 0;
        double last = Math.min(family.support().upper(), 20_000);
        for (double x = 0; x <= last; x++) {
            double density = Math.exp(family.logDensity(member, x));
            sum += density > 0 ? density * f.applyAsDouble(x) : 0;
        }
        return sum;
    }

    /** Takahasi and Mori's (1974) double exponential rule on pieces, at whose ends densities may be infinite. */
    private static double integral(Univariate family, Natural member, DoubleUnaryOperator f) {
        double lower = family.support().lower();
        double upper = family.support().upper();
        double center = center(family, member);
        return piece(family, member, f, center, lower) + piece(family, member, f, center, upper);
    }

    private static double center(Univariate family, Natural member) {
        int n = 64;
        double[] x = new double[n];
        for (int i = 0; i < n; i++) {
            x[i] = family.sample(member, CounterRandom.key(7, i));
        }
        Arrays.sort(x);
        return family.name().startsWith("laplace")
                ? Double.parseDouble(family.name().substring(8).replace(")", ""))
                : x[n / 2];
    }

    /** From a to b, which may be infinite: x = b + (a - b) / (1 + exp(pi sinh t)), or a + s exp(...). */
    private static double piece(Univariate family, Natural member, DoubleUnaryOperator f, double a, double b) {
        double sign = b > a ? 1 : -1;
        double sum = 0;
        for (double t = -REACH; t <= REACH; t += STEP) {
            double x;
            double slope;
            double g = Math.PI / 2 * Math.sinh(t);
            double dg = Math.PI / 2 * Math.cosh(t);
            if (Double.isInfinite(b)) {
                double reach = Math.exp(g);
                x = a + sign * reach;
                slope = reach * dg;
            } else {
                double length = Math.abs(b - a);
                double share = 1 / (1 + Math.exp(2 * g));
                // Near b the distance to it is what matters.
                x = b == 0 ? a * share : b - sign * length * share;
                slope = length * share / (1 + Math.exp(-2 * g)) * 2 * dg;
            }
            if (family.support().contains(x)) {
                double density = Math.exp(family.logDensity(member, x));
                double value = density > 0 && slope > 0 ? density * slope * f.applyAsDouble(x) : 0;
                sum += Double.isFinite(value) ? value : 0;
            }
        }
        return sum * STEP;
    }
}
