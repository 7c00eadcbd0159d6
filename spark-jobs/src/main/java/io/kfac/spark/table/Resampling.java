package io.kfac.spark.table;

import io.kfac.family.CounterRandom;
import java.util.Arrays;

/**
 * What chance alone would do to a {@link Contrast}. The p-value is that of a permutation test: were there no drift, each way to choose the
 * current table's groups from all would be as likely, whatever the distribution and the family (Lehmann and Romano 2005, sec. 15.2). The
 * confidence interval is the basic bootstrap's, of groups within each table, for the squared angle: chance adds to squares, by about as
 * much to the data's as to those of the resamples, and this is what it takes away (Davison and Hinkley 1997, sec. 5.2).
 */
final class Resampling {
    private static final double TIE = 1e-9;

    private final int reference;
    private final int current;
    private final int[][] permutations;
    private final int[][] resampledReference;
    private final int[][] resampledCurrent;

    /**
     * The same draws for all columns.
     * @param reference groups of the reference table
     * @param current   groups of the current table
     */
    Resampling(int reference, int current, int permutations, int resamples, long seed) {
        this.reference = reference;
        this.current = current;
        this.permutations = new int[permutations][];
        int fewer = Math.min(reference, current);
        int[] all = new int[reference + current];
        Arrays.setAll(all, g -> g);
        long key = CounterRandom.key(seed, 1);
        for (int r = 0; r < permutations; r++) {
            this.permutations[r] = shuffled(all, fewer, CounterRandom.key(key, r));
        }
        resampledReference = draws(reference, 0, resamples, CounterRandom.key(seed, 2));
        resampledCurrent = draws(current, reference, resamples, CounterRandom.key(seed, 3));
    }

    /** The first ones of a permutation. @param all some permutation; changed to another */
    private static int[] shuffled(int[] all, int first, long key) {
        for (int i = 0; i < first; i++) {
            int j = i + (int) (CounterRandom.uniform(key, i) * (all.length - i));
            int swapped = all[i];
            all[i] = all[j];
            all[j] = swapped;
        }
        return Arrays.copyOf(all, first);
    }

    private static int[][] draws(int groups, int from, int resamples, long seed) {
        int[][] draws = new int[resamples][groups];
        for (int r = 0; r < resamples; r++) {
            long key = CounterRandom.key(seed, r);
            for (int i = 0; i < groups; i++) {
                draws[r][i] = from + (int) (CounterRandom.uniform(key, i) * groups);
            }
        }
        return draws;
    }

    /** (1 + how often chance is as large) / (1 + how often it was tried). @param observed angle of the two tables */
    double pValue(GroupedSums sums, Contrast contrast, double observed) {
        double[] pooled = sums.pooled();
        double[] some = sums.zeros();
        double[] rest = sums.zeros();
        // Sums of the same groups in another order differ by rounding, and are as large all the same.
        double bound = observed * (1 - TIE);
        int reached = 0;
        for (int[] chosen : permutations) {
            sums.sum(chosen, some);
            for (int i = 0; i < rest.length; i++) {
                rest[i] = pooled[i] - some[i];
            }
            reached += !(contrast.angle(some, rest) < bound) ? 1 : 0;
        }
        return (1.0 + reached) / (1.0 + permutations.length);
    }

    /**
     * Of the angle between the two populations.
     * @param estimate what is left of the angle when chance's share is taken away
     */
    record Interval(double lower, double estimate, double upper) {}

    /** @param level of error, both sides together */
    Interval interval(GroupedSums sums, Contrast contrast, double observed, double level) {
        double[] a = sums.zeros();
        double[] b = sums.zeros();
        double[] squares = new double[resampledReference.length];
        double mean = 0;
        for (int r = 0; r < squares.length; r++) {
            sums.sum(resampledReference[r], a);
            sums.sum(resampledCurrent[r], b);
            double angle = contrast.angle(a, b);
            squares[r] = angle * angle;
            mean += squares[r] / squares.length;
        }
        Arrays.sort(squares);
        double twice = 2 * observed * observed;
        return new Interval(
                root(twice - quantile(squares, 1 - level / 2)),
                root(twice - mean),
                root(twice - quantile(squares, level / 2)));
    }

    private static double quantile(double[] sorted, double p) {
        int at = (int) Math.ceil(p * (sorted.length + 1)) - 1;
        return sorted[Math.max(0, Math.min(sorted.length - 1, at))];
    }

    private static double root(double square) {
        return Math.min(Math.PI, Math.sqrt(Math.max(0, square)));
    }

    /** Whether it was made for as many groups. */
    boolean fits(GroupedSums sums) {
        return sums.reference().length == reference && sums.current().length == current;
    }
}
