package io.kfac.spark.ml;

/** Errors that more than one class may have to tell of. */
final class Messages {
    private Messages() {}

    static String size(int found, int expected) {
        return "Cannot predict for a row of %d features: the model was trained on %d".formatted(found, expected);
    }

    static String missing(String column) {
        return "Cannot predict for a row without a vector: column '%s' is null".formatted(column);
    }
}
