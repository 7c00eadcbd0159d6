package io.kfac.family;

import java.io.Serializable;

/**
 * The values that members of a {@link Univariate} family can take: an interval of real numbers, or of integers. Densities on the one are
 * relative to Lebesgue's measure, on the other to the counting measure: likelihoods of the two do not compare.
 * @param lower    may be -infinity
 * @param closed   whether finite ends belong to it
 * @param counting whether only integers do
 */
public record Support(double lower, double upper, boolean closed, boolean counting) implements Serializable {
    static final Support REAL = lebesgue(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    static final Support POSITIVE = lebesgue(0, Double.POSITIVE_INFINITY);
    static final Support NOT_NEGATIVE = new Support(0, Double.POSITIVE_INFINITY, true, false);
    static final Support COUNTS = counts(Double.POSITIVE_INFINITY);

    /** The open interval. */
    static Support lebesgue(double lower, double upper) {
        return new Support(lower, upper, false, false);
    }

    /** 0, 1, ..., most. */
    static Support counts(double most) {
        return new Support(0, most, true, true);
    }

    /** Whether x is a possible value; never for NaN and infinities. */
    public boolean contains(double x) {
        boolean whole = !counting || x == Math.rint(x);
        boolean within = closed ? x >= lower && x <= upper : x > lower && x < upper;
        return within && whole && Math.abs(x) <= Double.MAX_VALUE;
    }

    /** Whether every value of data can be one of these. @param integers whether all of the data are */
    public boolean admits(double min, double max, boolean integers) {
        Support range = new Support(lower, upper, closed, false);
        return range.contains(min) && range.contains(max) && (integers || !counting);
    }

    @Override
    public String toString() {
        String interval = (closed ? "[%s, %s]" : "(%s, %s)").formatted(lower, upper);
        return counting ? "the integers of " + interval : interval;
    }
}
