package io.kfac.spark.data;

/**
 * Rows held out for testing: those whose hashed id falls below a fraction, the same rows however the table is
 * partitioned.
 */
public record HoldOut(double fraction, long seed) implements java.io.Serializable {
    public HoldOut {
        if (!(fraction > 0 && fraction < 1)) {
            throw new IllegalArgumentException(
                    "Cannot hold out a fraction %s of the rows: outside (0, 1)".formatted(fraction));
        }
    }

    /** Whether the row is held out. */
    boolean holds(long rowId) {
        return RowHash.uniform(seed, rowId) < fraction;
    }
}
