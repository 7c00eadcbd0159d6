package io.kfac.spark.engine;

import java.util.function.LongSupplier;

/** Nanoseconds of a run, without what was measured in between. */
public final class StopClock implements LongSupplier {
    private final LongSupplier nanoClock;
    private long stopped;

    public StopClock(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    @Override
    public long getAsLong() {
        return nanoClock.getAsLong() - stopped;
    }

    /** Does something that is no part of the run. */
    public void aside(Runnable work) {
        long start = nanoClock.getAsLong();
        try {
            work.run();
        } finally {
            stopped += nanoClock.getAsLong() - start;
        }
    }
}
