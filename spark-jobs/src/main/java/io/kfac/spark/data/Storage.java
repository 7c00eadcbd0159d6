package io.kfac.spark.data;

/** How blocks store their features. */
public enum Storage {
    /** Sparse where that is smaller and faster, else dense. */
    AUTO,
    DENSE,
    /** Compressed sparse rows. */
    SPARSE
}
