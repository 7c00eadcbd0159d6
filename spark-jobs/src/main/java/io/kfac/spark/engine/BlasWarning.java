package io.kfac.spark.engine;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once in a JVM, by its log, that it has no native BLAS: users of the library see no {@link BlasCensus}. */
public final class BlasWarning {
    private static final Logger log = LoggerFactory.getLogger(BlasWarning.class);
    private static final AtomicBoolean SAID = new AtomicBoolean();

    private BlasWarning() {}

    /** Loads BLAS if need be. Of no cost where it is native, or where this was called before. */
    static void sayOnce() {
        BlasCensus.Found here = BlasCensus.Found.here();
        if (!here.isNative() && SAID.compareAndSet(false, true)) {
            log.warn(BlasCensus.warning(BlasCensus.nameOfThisJvm(), here));
        }
    }

    /** For a caller that takes a census and shows its warnings: this JVM's log need not repeat them. */
    public static void leaveToCaller() {
        SAID.set(true);
    }
}
