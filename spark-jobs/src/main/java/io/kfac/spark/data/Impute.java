package io.kfac.spark.data;

/** What stands in for a missing value (null, or NaN in a numeric column). */
public enum Impute {
    /** Missing values are refused. */
    REFUSE,
    /** Mean of the column's training rows; a string column takes its most frequent value. */
    MEAN,
    /** Zero; for a string column, none of the categories. */
    ZERO,
    /** Most frequent value of the column's training rows, the smallest of several. */
    MOST_FREQUENT;

    /** The option's value on the command line: {@code mean}, {@code zero}, {@code most-frequent}. */
    public static Impute parse(String text) {
        return switch (text) {
            case "refuse" -> REFUSE;
            case "mean" -> MEAN;
            case "zero" -> ZERO;
            case "most-frequent" -> MOST_FREQUENT;
            default ->
                throw new BadInput("Cannot impute by '%s': use mean, zero, most-frequent or refuse".formatted(text));
        };
    }
}
