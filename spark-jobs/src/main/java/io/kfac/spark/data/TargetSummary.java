package io.kfac.spark.data;

/**
 * What the values to predict are like: where training starts from.
 * @param mean          weighted mean of the training rows
 * @param offsetMean    weighted mean of their offsets, 0 without
 * @param largestOffset among them, whatever its weight; 0 without
 */
public record TargetSummary(double mean, double offsetMean, double largestOffset) {}
