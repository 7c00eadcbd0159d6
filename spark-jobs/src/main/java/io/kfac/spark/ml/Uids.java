package io.kfac.spark.ml;

import org.apache.spark.ml.util.Identifiable;

/**
 * Hands a given uid past {@code super()}: the constructors of Spark's classes ask for the uid before a subclass in Java could have
 * stored it. It is parked before, and taken by the first call of {@code uid()}.
 */
final class Uids {
    private static final ThreadLocal<String> PARKED = new ThreadLocal<>();

    private Uids() {}

    /** Stands for a uid that is parked: an argument of the constructor that does the work. */
    enum Parked {
        YES
    }

    static Parked park(String uid) {
        PARKED.set(uid);
        return Parked.YES;
    }

    static String take(String prefix) {
        String given = PARKED.get();
        PARKED.remove();
        return given == null ? Identifiable.randomUID(prefix) : given;
    }
}
