package io.kfac.spark.engine;

import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;

/** Counts the Spark jobs of code that does not. */
public final class JobCount extends SparkListener implements AutoCloseable {
    private final SparkContext context;
    private final AtomicLong started = new AtomicLong();

    public JobCount(SparkContext context) {
        this.context = context;
        context.addSparkListener(this);
    }

    @Override
    public void onJobStart(SparkListenerJobStart job) {
        started.incrementAndGet();
    }

    /** All that were submitted before the call. */
    public long soFar() {
        try {
            context.listenerBus().waitUntilEmpty();
        } catch (TimeoutException e) {
            throw new IllegalStateException("Cannot count jobs: Spark's listeners are far behind", e);
        }
        return started.get();
    }

    @Override
    public void close() {
        context.removeSparkListener(this);
    }
}
