package io.kfac.spark.table;

import io.kfac.family.CounterRandom;
import io.kfac.spark.data.BadInput;
import java.io.Serializable;

/**
 * How the rows of two tables are hashed into groups of equal size, so that under the hypothesis of no drift any group could as well be one
 * of the other table. Of a table that is far larger than the other only a hashed share of rows is used: 25 times as many rows as the
 * other's make a comparison as sharp, to 2%, as any number of them.
 * @param reference groups of the reference table
 * @param current   groups of the current table
 * @param referenceShare share of the reference table's rows that is used
 */
record RowGroups(int reference, int current, double referenceShare, double currentShare, long seed)
        implements Serializable {
    /** Groups of both tables together. */
    private static final int MOST = 500;

    private static final double MOST_RATIO = 25;

    static RowGroups of(long referenceRows, long currentRows, long seed) {
        if (referenceRows == 0 || currentRows == 0) {
            throw new BadInput("Cannot compare tables: the %s one has no rows"
                    .formatted(referenceRows == 0 ? "reference" : "current"));
        }
        double fewer = Math.min(referenceRows, currentRows);
        double ratio = Math.min(MOST_RATIO, Math.max(referenceRows, currentRows) / fewer);
        int small = (int) Math.max(1, Math.min(fewer, Math.floor(MOST / (1 + ratio))));
        int large = (int) Math.round(small * ratio);
        double share = Math.min(1, MOST_RATIO * fewer / Math.max(referenceRows, currentRows));
        return referenceRows >= currentRows
                ? new RowGroups(large, small, share, 1, seed)
                : new RowGroups(small, large, 1, share, seed);
    }

    /** Of a row, by its hash; -1 for one that is not used. */
    static int group(long seed, double share, int groups, long id) {
        long hash = CounterRandom.key(seed, id);
        if (share < 1 && CounterRandom.uniform(CounterRandom.mix(hash)) >= share) {
            return -1;
        }
        return (int) Math.multiplyHigh(hash >>> 1, 2L * groups);
    }
}
