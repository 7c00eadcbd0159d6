package io.kfac.spark.data;

/**
 * How columns become features.
 * @param maxCategories most distinct values of a string column that is one-hot encoded
 * @param impute        what stands in for missing values
 * @param standardize   whether features are centred (dense storage only) and scaled by their standard deviation
 */
public record EncodingOptions(int maxCategories, Impute impute, boolean standardize) {
    public EncodingOptions {
        if (!(maxCategories >= 2 && maxCategories <= 100_000)) {
            throw new IllegalArgumentException(
                    "Cannot use data.maxCategories=%d: outside [2, 100000]".formatted(maxCategories));
        }
    }

    public static EncodingOptions defaults() {
        return new EncodingOptions(64, Impute.REFUSE, true);
    }

    public EncodingOptions withMaxCategories(int limit) {
        return new EncodingOptions(limit, impute, standardize);
    }

    public EncodingOptions withImpute(Impute how) {
        return new EncodingOptions(maxCategories, how, standardize);
    }

    public EncodingOptions withStandardize(boolean wanted) {
        return new EncodingOptions(maxCategories, impute, wanted);
    }
}
