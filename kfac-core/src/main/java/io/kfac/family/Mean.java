package io.kfac.family;

import java.util.Arrays;

/**
 * Mean parameters eta of a member of a {@link Family}: the expectations of the sufficient statistics. A type of its own, so that
 * nobody passes them for {@link Natural} ones.
 * @param values not copied, so that one may be filled again and again
 */
public record Mean(double... values) {
    /** Zeros, to be filled. */
    public static Mean ofDimension(int dimension) {
        return new Mean(new double[dimension]);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Mean mean && Arrays.equals(values, mean.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "mean" + Arrays.toString(values);
    }
}
