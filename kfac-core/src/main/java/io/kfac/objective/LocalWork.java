package io.kfac.objective;

import java.io.Serializable;

/**
 * What every partition does with its own rows, many passes over them if need be: goes out with the queries of one job, and comes
 * back as sums, which add up over partitions in their order.
 */
public interface LocalWork extends Serializable {

    /**
     * Does the work; changes nothing of this, which tasks of one JVM may share.
     * @param own the partition's rows, in memory; there may be none
     * @return sums of the same lengths from every partition
     */
    PartialSums run(Objective own);

    /** Bytes of this on its way out. */
    long bytes();

    /** Bytes of one partition's sums. */
    long answerBytes();
}
