package io.kfac.spark.table;

import java.util.List;
import java.util.Optional;

/**
 * How far one column has moved.
 * @param referenceRows with a value
 * @param reference     usual parameters of the reference table's member, in the data's units, or probabilities of {@code labels}; empty
 *     for joint distributions, and where no member fits
 * @param labels        of categories; of joint distributions the columns
 * @param moments       of numbers: mean and standard deviation of both tables; else empty
 * @param angle         ambient Fisher-Rao angle between the two members
 * @param interval      of the angle between the populations, and its estimate without chance's share
 * @param distance      the family's own, where there is a closed form
 * @param forwardKl     KL(reference || current), nats; may be infinite
 * @param reverseKl     KL(current || reference)
 * @param pValue        of no drift at all, not adjusted
 */
record ColumnDrift(
        String column,
        Comparison.Part part,
        String family,
        double referenceRows,
        double currentRows,
        double[] reference,
        double[] current,
        List<String> labels,
        double[] moments,
        double angle,
        Resampling.Interval interval,
        Optional<Double> distance,
        double forwardKl,
        double reverseKl,
        double pValue,
        List<String> notes) {

    /** The column, and what of it. */
    String name() {
        return part == Comparison.Part.MISSING ? "%s: %s".formatted(column, part.title()) : column;
    }

    boolean isCategorical() {
        return family.startsWith("categorical");
    }
}
