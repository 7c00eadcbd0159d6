package io.kfac.spark.ml;

import io.kfac.optimizer.Certificate;
import java.util.List;
import java.util.Optional;

/**
 * How a fit went.
 * @param objectiveHistory mean loss with the penalty before each step, and of the result; of the step's batch where steps take batches
 * @param certificate      how good the result is, where the optimizer can tell
 * @param passes           over the training rows, by rows drawn
 * @param jobs             of Spark, reading the table not counted
 * @param seconds          in all, reading the table included
 * @param stopReason       in words
 * @param blas             what linear algebra ran on, driver and executors
 * @param features         names in the order of the coefficients, of the features column's attributes where it has any
 */
public record FitReport(
        double[] objectiveHistory,
        Optional<Certificate> certificate,
        double passes,
        long jobs,
        double seconds,
        String stopReason,
        String blas,
        List<Finding> findings,
        List<String> features) {
    public FitReport {
        findings = List.copyOf(findings);
        features = List.copyOf(features);
    }

    /** Steps that were taken. */
    public int totalIterations() {
        return Math.max(0, objectiveHistory.length - 1);
    }
}
