package io.kfac.spark.bench;

/** How a run to a loss ended. */
enum Ending {
    /** At the target. */
    ARRIVED,
    /** When it could no longer be the best of its grid, in seconds or in jobs. */
    CUT,
    /** When its trial ended, far behind the best of its grid. */
    BEHIND,
    /** At the limit. */
    MISSED,
    /** By itself, above the target. */
    STALLED,
    /** Far above where it began, or by an exception. */
    FAILED,
    /** By its plan, before it began. */
    REFUSED
}
