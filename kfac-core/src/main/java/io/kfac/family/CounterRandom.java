package io.kfac.family;

/**
 * Counter-based random numbers: a pure function of a key, a row id and a column, so that a draw does not depend on which
 * partition, thread or order it was made in. The mixer is SplitMix64's finaliser (Steele, Lea and Flood 2014).
 */
public final class CounterRandom {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final double TO_UNIT = 0x1.0p-53;

    private CounterRandom() {}

    /** 64 well-mixed bits of x. */
    public static long mix(long x) {
        long z = x + GOLDEN;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** A key of two parts, such as (seed, step) or (key, row id). */
    public static long key(long a, long b) {
        return mix(mix(a) ^ (b * GOLDEN));
    }

    /** Uniform in [0, 1), from the upper 53 bits. */
    public static double uniform(long bits) {
        return (bits >>> 11) * TO_UNIT;
    }

    /** Uniform in [0, 1): draw number {@code column} of the given key. */
    public static double uniform(long key, long column) {
        return uniform(mix(key + column * GOLDEN));
    }

    /** Standard normal: draw number {@code column} of the given key (Box and Muller 1958). */
    public static double normal(long key, long column) {
        double radius = Math.sqrt(-2 * Math.log(1 - uniform(key, 2 * column)));
        return radius * Math.cos(2 * Math.PI * uniform(key, 2 * column + 1));
    }
}
