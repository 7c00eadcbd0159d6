package io.kfac.spark.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;

/** What Spark's jobs are called, and how long each takes on Spark's own clock. */
final class JobTimes extends SparkListener {
    private final SparkContext context;
    private final Map<Integer, SparkListenerJobStart> running = new HashMap<>();
    private List<String> ended = new ArrayList<>();

    JobTimes(SparkContext context) {
        this.context = context;
        context.addSparkListener(this);
    }

    @Override
    public synchronized void onJobStart(SparkListenerJobStart job) {
        running.put(job.jobId(), job);
    }

    @Override
    public synchronized void onJobEnd(SparkListenerJobEnd job) {
        SparkListenerJobStart start = running.remove(job.jobId());
        ended.add("%s %d ms"
                .formatted(start.properties().getProperty("spark.job.description", "job"), job.time() - start.time()));
    }

    void clear() throws TimeoutException {
        context.listenerBus().waitUntilEmpty();
        synchronized (this) {
            ended = new ArrayList<>();
        }
    }

    /** In order of their ends, since {@link #clear}. */
    List<String> seconds() throws TimeoutException {
        context.listenerBus().waitUntilEmpty();
        synchronized (this) {
            return List.copyOf(ended);
        }
    }
}
