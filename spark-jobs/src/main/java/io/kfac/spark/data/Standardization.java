package io.kfac.spark.data;

/**
 * feature = (raw - mean) / sigma if {@code centered}, else raw / sigma; a column with sigma 0 becomes 0. Columns in
 * feature order, without the column of ones.
 * @param mean  weighted means of the training rows
 * @param sigma their sample (n - 1) standard deviations
 */
public record Standardization(double[] mean, double[] sigma, boolean centered) {
    public Standardization {
        if (mean.length != sigma.length) {
            throw new IllegalArgumentException(
                    "Cannot standardise: %d means, %d deviations".formatted(mean.length, sigma.length));
        }
    }

    /** Leaves features as they are. */
    public static Standardization none(int width) {
        double[] ones = new double[width];
        java.util.Arrays.fill(ones, 1);
        return new Standardization(new double[width], ones, false);
    }

    /** What is subtracted first: means, or zeros. */
    double[] shift() {
        return centered ? mean.clone() : new double[mean.length];
    }

    /** What the shifted value is multiplied by: 1 / sigma, or 0 for a constant column. */
    double[] scale() {
        double[] scale = new double[sigma.length];
        for (int j = 0; j < scale.length; j++) {
            scale[j] = sigma[j] > 0 ? 1 / sigma[j] : 0;
        }
        return scale;
    }
}
