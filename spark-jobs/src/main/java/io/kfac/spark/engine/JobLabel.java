package io.kfac.spark.engine;

import java.util.Properties;
import org.apache.spark.SparkContext;

/**
 * Names the jobs of this thread in Spark's UI, and puts them in a group by which they can be cancelled, until closed: then the
 * thread's properties are what they were. A job group of the caller's is kept.
 */
public final class JobLabel implements AutoCloseable {
    private static final String GROUP = "spark.jobGroup.id";
    private static final String DESCRIPTION = "spark.job.description";

    private final SparkContext context;
    private final Properties before;

    /** @param description such as {@code K-FAC step 12: gradient} */
    public JobLabel(SparkContext context, String group, String description) {
        this.context = context;
        this.before = (Properties) context.getLocalProperties().clone();
        if (context.getLocalProperty(GROUP) == null) {
            context.setLocalProperty(GROUP, group);
        }
        context.setLocalProperty(DESCRIPTION, description);
    }

    @Override
    public void close() {
        context.setLocalProperty(GROUP, before.getProperty(GROUP));
        context.setLocalProperty(DESCRIPTION, before.getProperty(DESCRIPTION));
    }
}
