package io.kfac.spark.jobs;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/** Ctrl-C and a polite kill: the first asks the command to stop, the second has the JVM do what it always did. */
final class Interrupts implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Interrupts.class);

    private final Runnable cancel;
    private final Map<Signal, SignalHandler> before = new LinkedHashMap<>();
    private volatile Optional<Runnable> onStop = Optional.empty();
    private volatile boolean signalled;

    private Interrupts(Runnable cancel) {
        this.cancel = cancel;
    }

    /** @param cancel what is done at the first signal */
    static Interrupts catching(Runnable cancel) {
        Interrupts interrupts = new Interrupts(cancel);
        interrupts.take("INT");
        interrupts.take("TERM");
        return interrupts;
    }

    private void take(String name) {
        Signal signal = new Signal(name);
        try {
            before.put(signal, Signal.handle(signal, this::handle));
        } catch (IllegalArgumentException e) {
            log.debug("Signal {} stays with the JVM, which was told to leave signals alone (-Xrs)", name);
        }
    }

    /**
     * What to do at the first signal, or at once where that has come; may be run twice.
     * @param action keeps what the command has reached so far; empty where there is nothing to keep
     */
    void onStop(Optional<Runnable> action) {
        onStop = action;
        if (signalled) {
            action.ifPresent(Runnable::run);
        }
    }

    private void handle(Signal signal) {
        restore();
        signalled = true;
        System.err.println(
                onStop.isPresent()
                        ? "\nstopping: the last finished step will be kept; once more to quit at once"
                        : "\nstopping; once more to quit at once");
        onStop.ifPresent(Runnable::run);
        cancel.run();
    }

    private void restore() {
        before.forEach(Signal::handle);
        before.clear();
    }

    @Override
    public void close() {
        restore();
    }
}
