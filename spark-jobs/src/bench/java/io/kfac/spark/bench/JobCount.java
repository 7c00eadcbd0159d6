package io.kfac.spark.bench;

import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;

/** Counts the Spark jobs of both sides. */
final class JobCount extends SparkListener {
    private final SparkContext context;
    private final AtomicLong started = new AtomicLong();

    JobCount(SparkContext context) {
        this.context = context;
        context.addSparkListener(this);
    }

    @Override
    public void onJobStart(SparkListenerJobStart job) {
        started.incrementAndGet();
    }

    long soFar() throws TimeoutException {
        context.listenerBus().waitUntilEmpty();
        return started.get();
    }
}
