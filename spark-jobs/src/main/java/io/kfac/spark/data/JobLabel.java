package io.kfac.spark.data;

import java.util.Optional;
import org.apache.spark.SparkContext;

/**
 * Names the jobs of this thread in Spark's UI, and may put them in a group by which they can be cancelled, until closed: then
 * the thread's properties are what they were. A job group of the caller's is kept.
 */
public final class JobLabel implements AutoCloseable {
    /** The property that holds a thread's job group. */
    public static final String GROUP = "spark.jobGroup.id";

    private static final String DESCRIPTION = "spark.job.description";

    private final SparkContext context;
    private final Optional<String> groupBefore;
    private final Optional<String> descriptionBefore;

    /** @param description such as {@code K-FAC data: blocks} */
    public JobLabel(SparkContext context, String description) {
        this.context = context;
        groupBefore = Optional.ofNullable(context.getLocalProperty(GROUP));
        descriptionBefore = Optional.ofNullable(context.getLocalProperty(DESCRIPTION));
        context.setLocalProperty(DESCRIPTION, description);
    }

    /** @param description such as {@code K-FAC step 12: gradient} */
    public JobLabel(SparkContext context, String group, String description) {
        this(context, description);
        if (groupBefore.isEmpty()) {
            context.setLocalProperty(GROUP, group);
        }
    }

    @Override
    public void close() {
        // Spark removes a property that is set to null.
        context.setLocalProperty(GROUP, groupBefore.orElse(null));
        context.setLocalProperty(DESCRIPTION, descriptionBefore.orElse(null));
    }
}
