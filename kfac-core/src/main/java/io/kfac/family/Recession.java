package io.kfac.family;

/**
 * What happens to a row's loss when its outputs move along a direction for ever: whether the direction is one of recession of the
 * loss (Rockafellar 1970, sec. 8). One that no row violates and some row descends along proves that the data are separated,
 * completely where all rows descend, and that no finite optimum exists (Albert and Anderson 1984).
 */
public enum Recession {
    /** The loss rises, sooner or later. */
    VIOLATES,
    /** The loss stays what it is: the outputs do not move, or all by as much where only differences count. */
    FLAT,
    /** The loss falls and never rises again. */
    DESCENDS;

    /** Of two outputs of one row: any violation is one of the row's, and it descends if either does. */
    Recession and(Recession other) {
        if (this == VIOLATES || other == VIOLATES) {
            return VIOLATES;
        }
        return this == DESCENDS ? DESCENDS : other;
    }
}
