package io.kfac.family;

import java.util.Arrays;

/**
 * Natural parameters theta of a member of a {@link Family}: what multiplies the sufficient statistics. A type of its own, so that
 * nobody passes them for {@link Mean} parameters.
 * @param values not copied, so that one may be filled again and again
 */
public record Natural(double... values) {
    /** Zeros, to be filled. */
    public static Natural ofDimension(int dimension) {
        return new Natural(new double[dimension]);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Natural natural && Arrays.equals(values, natural.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "natural" + Arrays.toString(values);
    }
}
