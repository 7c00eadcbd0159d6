package io.kfac.spark.ml;

import java.util.List;

/**
 * Something about the data or the fit that whoever reads the coefficients should know.
 * @param message  in words, with names and values
 * @param features the features it is about; empty where it is about none in particular
 */
public record Finding(Kind kind, String message, List<String> features) {
    public Finding {
        features = List.copyOf(features);
    }

    /** What kinds there are. */
    public enum Kind {
        /** All rows are of one class: the model predicts it, always. */
        ONE_CLASS,
        /** Classes without a row: their probability is 0. */
        MISSING_CLASSES,
        /** Features with one value in all rows: their coefficients are 0. */
        CONSTANT_FEATURES,
        /** All rows can be told apart: no finite coefficients are best. */
        SEPARATION_COMPLETE,
        /** Some rows can: some coefficients have no finite optimum. */
        SEPARATION_QUASI,
        /** Features that are linear combinations of others: their coefficients are not determined. */
        COLLINEAR,
        /** Whether features are collinear or separate classes could not be found out, and why. */
        NOT_EXAMINED,
        /** The fit ended before its tolerance was reached. */
        NOT_CONVERGED,
        /** By local steps, partitions were left out of averages or held back: what they did was not finite, or went too far. */
        WORKERS_ASTRAY,
        /** Somewhere linear algebra ran in Java, several times slower. */
        NO_NATIVE_BLAS
    }

    @Override
    public String toString() {
        return message;
    }
}
