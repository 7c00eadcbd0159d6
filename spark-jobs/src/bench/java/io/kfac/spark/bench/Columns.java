package io.kfac.spark.bench;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Of the features of a frame, by plain loops.
 * @param sigmas      sample (n - 1) standard deviations
 * @param covariances mean products of features with labels that are centred: what the mean log-loss changes by with a coefficient
 *                    at the null model
 */
record Columns(double[] sigmas, double[] covariances) {

    static Columns of(Dataset<Row> frame) {
        int width = RowSums.width(frame);
        double[] sums = RowSums.over(frame, width + 2, (label, x, into) -> {
            int[] at = x.indices();
            double[] values = x.values();
            for (int i = 0; i < at.length; i++) {
                into[at[i]] += values[i];
            }
            into[width] += label;
            into[width + 1]++;
        });
        double rows = sums[width + 1];
        double meanLabel = sums[width] / rows;
        double[] means = new double[width];
        for (int j = 0; j < width; j++) {
            means[j] = sums[j] / rows;
        }
        double[] second = RowSums.over(frame, 3 * width, (label, x, into) -> {
            int[] at = x.indices();
            double[] values = x.values();
            for (int i = 0; i < at.length; i++) {
                int j = at[i];
                into[j] += (values[i] - means[j]) * (values[i] - means[j]);
                into[width + j]++;
                into[2 * width + j] += (label - meanLabel) * values[i];
            }
        });
        double[] sigmas = new double[width];
        double[] covariances = new double[width];
        for (int j = 0; j < width; j++) {
            double zeros = rows - second[width + j];
            sigmas[j] = Math.sqrt((second[j] + zeros * means[j] * means[j]) / (rows - 1));
            covariances[j] = second[2 * width + j] / rows;
        }
        return new Columns(sigmas, covariances);
    }
}
