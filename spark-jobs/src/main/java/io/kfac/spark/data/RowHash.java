package io.kfac.spark.data;

/**
 * Well mixed 64-bit hashes of row ids, one family member a purpose, so that different uses of a row's id are
 * independent.
 */
final class RowHash {
    private static final long PARTITION = 0x6b666163_70617274L;
    private static final long HOLD_OUT = 0x6b666163_686f6c64L;

    private RowHash() {}

    /** Which of so many partitions the row lives in, whatever the table's own partitions. */
    static int partition(long rowId, int partitions) {
        return (int) Math.multiplyHigh(mix(rowId ^ PARTITION) >>> 1, 2L * partitions);
    }

    /** A number in [0, 1) that depends on the seed and the row only. */
    static double uniform(long seed, long rowId) {
        return (mix(mix(seed ^ HOLD_OUT) + rowId) >>> 11) * 0x1p-53;
    }

    /**
     * MurmurHash3's finaliser in Stafford's variant 13 (the one of SplitMix64), on top of a Weyl step so that 0 does
     * not map to 0.
     */
    static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
