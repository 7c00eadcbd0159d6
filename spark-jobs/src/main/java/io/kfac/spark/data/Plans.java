package io.kfac.spark.data;

import org.apache.spark.sql.catalyst.trees.TreeNode;
import org.apache.spark.sql.execution.CollectLimitExec;
import org.apache.spark.sql.execution.FileSourceScanLike;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.TakeOrderedAndProjectExec;
import org.apache.spark.sql.execution.adaptive.AdaptiveSparkPlanExec;
import org.apache.spark.sql.execution.exchange.Exchange;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Questions about a physical plan. What lies below the cache of a persisted table is not looked at: the cache is what
 * is read.
 */
final class Plans {
    private Plans() {}

    /** Whether rows come through a shuffle, in whose output their order depends on which task ended first. */
    static boolean shuffles(SparkPlan plan) {
        if (plan instanceof AdaptiveSparkPlanExec
                || plan instanceof Exchange
                || plan instanceof CollectLimitExec
                || plan instanceof TakeOrderedAndProjectExec) {
            return true; // an adaptive plan is made only where there is an exchange or a subquery
        }
        return CollectionConverters.asJava(((TreeNode<SparkPlan>) plan).children()).stream()
                .anyMatch(Plans::shuffles);
    }

    /**
     * Whether every row is read from a file by the task that sees it, so that Spark's record of the current file is
     * right.
     */
    static boolean readsFilesOnly(SparkPlan plan) {
        var children = CollectionConverters.asJava(((TreeNode<SparkPlan>) plan).children());
        return children.isEmpty()
                ? plan instanceof FileSourceScanLike
                : children.stream().allMatch(Plans::readsFilesOnly);
    }
}
