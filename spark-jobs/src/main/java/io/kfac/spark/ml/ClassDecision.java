package io.kfac.spark.ml;

import java.io.Serializable;

/**
 * From scores to a class, with thresholds, as MLlib decides.
 * @param threshold   of two classes: the probability of class 1 above which it is predicted
 * @param thresholds  of more: the largest p / threshold wins; empty for none
 * @param binomial    which of the two it is
 */
record ClassDecision(boolean binomial, double threshold, double[] thresholds) implements Serializable {

    double ofRaw(ClassScores scores, double[] raw) {
        if (binomial) {
            return raw[1] > Math.log(threshold / (1 - threshold)) ? 1 : 0;
        }
        if (thresholds.length == 0) {
            return largest(raw);
        }
        double[] probabilities = raw.clone();
        scores.toProbabilities(probabilities);
        return ofProbabilities(probabilities);
    }

    double ofProbabilities(double[] probabilities) {
        if (binomial) {
            return probabilities[1] > threshold ? 1 : 0;
        }
        if (thresholds.length == 0) {
            return largest(probabilities);
        }
        double[] scaled = new double[probabilities.length];
        for (int k = 0; k < scaled.length; k++) {
            scaled[k] = thresholds[k] == 0 ? Double.POSITIVE_INFINITY : probabilities[k] / thresholds[k];
        }
        return largest(scaled);
    }

    private static int largest(double[] values) {
        int best = 0;
        for (int k = 1; k < values.length; k++) {
            best = values[k] > values[best] ? k : best;
        }
        return best;
    }
}
