package io.kfac.spark.data;

import java.io.Serializable;

/** Rows, their weights and offsets. */
final class RowTotals implements Serializable {
    private static final long serialVersionUID = 1L;

    private long rows;
    private double weight;
    private double weightSquares;
    private boolean wholeWeights = true;
    private double offsets;
    private double largestOffset = Double.NEGATIVE_INFINITY;

    void add(double rowWeight, double offset) {
        offsets += rowWeight * offset;
        largestOffset = Math.max(largestOffset, offset);
        rows++;
        weight += rowWeight;
        weightSquares += rowWeight * rowWeight;
        wholeWeights &= rowWeight == Math.rint(rowWeight);
    }

    void merge(RowTotals other) {
        rows += other.rows;
        weight += other.weight;
        weightSquares += other.weightSquares;
        wholeWeights &= other.wholeWeights;
        offsets += other.offsets;
        largestOffset = Math.max(largestOffset, other.largestOffset);
    }

    long rows() {
        return rows;
    }

    double weight() {
        return weight;
    }

    double offsetMean() {
        return offsets / weight;
    }

    /** Of all rows, weightless ones too: negative infinity without rows. */
    double largestOffset() {
        return largestOffset;
    }

    /**
     * What a sum of squared deviations over rows of this weight in all is divided by for the sample variance. Whole
     * weights are counts of rows: their sum less 1. Other weights may be on any scale, where that would mean nothing:
     * sum - sum of squares / sum, which does not change the variance when all weights are scaled (spark.ml's formula).
     * Both are n - 1 where all weights are 1.
     */
    double degreesOfFreedom() {
        return wholeWeights ? weight - 1 : weight - weightSquares / weight;
    }
}
