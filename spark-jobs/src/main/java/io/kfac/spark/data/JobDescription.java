package io.kfac.spark.data;

import org.apache.spark.SparkContext;

/** What Spark's UI calls the jobs of this thread, until closed; then what it called them before. */
final class JobDescription implements AutoCloseable {
    private static final String KEY = "spark.job.description";

    private final SparkContext context;
    private final String earlier;

    JobDescription(SparkContext context, String description) {
        this.context = context;
        this.earlier = context.getLocalProperty(KEY);
        context.setLocalProperty(KEY, description);
    }

    @Override
    public void close() {
        context.setLocalProperty(KEY, earlier);
    }
}
