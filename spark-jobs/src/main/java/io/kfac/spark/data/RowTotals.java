package io.kfac.spark.data;

import java.io.Serializable;

/** Rows and their weights. */
final class RowTotals implements Serializable {
    private static final long serialVersionUID = 1L;

    private long rows;
    private double weight;
    private double weightSquares;
    private boolean wholeWeights = true;

    void add(double rowWeight) {
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
    }

    long rows() {
        return rows;
    }

    double weight() {
        return weight;
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
