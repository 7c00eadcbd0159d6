package io.kfac.spark.data;

import java.io.Serializable;

/**
 * The first thing in a partition that cannot be used. Tasks return it as a value: thrown, the scheduler would only
 * retry the task.
 */
record Problem(Kind kind, RowPosition at, String column, String value) implements Serializable {
    enum Kind {
        MISSING_FEATURE,
        NOT_FINITE,
        NOT_UNIT,
        VECTOR_SIZE,
        MISSING_LABEL,
        LABEL_NOT_FINITE,
        OUTSIDE_DOMAIN,
        MISSING_WEIGHT,
        BAD_WEIGHT,
        MISSING_OFFSET,
        BAD_OFFSET,
        MISSING_ID
    }

    BadInput toBadInput(String where) {
        return new BadInput(
                switch (kind) {
                    case MISSING_FEATURE ->
                        ("Cannot use column '%s': missing value in %s."
                                        + " Remedy: --set data.impute=mean|zero|most-frequent, or data.drop=[%s]")
                                .formatted(column, where, column);
                    case NOT_FINITE ->
                        ("Cannot use column '%s': value %s in %s is not a finite number."
                                        + " Remedy: correct or remove the row, or --set data.drop=[%s]")
                                .formatted(column, value, where, column);
                    case NOT_UNIT ->
                        ("Cannot use column '%s' with Bernoulli outputs: value %s in %s is outside [0, 1]."
                                        + " Remedy: --set model.output=gaussian, or scale the column to [0, 1]")
                                .formatted(column, value, where);
                    case VECTOR_SIZE ->
                        "Cannot use column '%s': %s in %s. Remedy: every row needs the same number of features"
                                .formatted(column, value, where);
                    case MISSING_LABEL ->
                        "Cannot use label column '%s': missing value in %s. Remedy: remove the rows without a label"
                                .formatted(column, where);
                    case LABEL_NOT_FINITE ->
                        "Cannot use label column '%s': value %s in %s is not a finite number"
                                .formatted(column, value, where);
                    case OUTSIDE_DOMAIN ->
                        ("Cannot use label column '%s': %s in %s."
                                        + " Remedy: correct or remove the row, or another model.output")
                                .formatted(column, value, where);
                    case MISSING_OFFSET ->
                        "Cannot use offset column '%s': missing value in %s".formatted(column, where);
                    case BAD_OFFSET ->
                        "Cannot use offset column '%s': value %s in %s; offsets must be finite (the log of an exposure of 0 is not)"
                                .formatted(column, value, where);
                    case MISSING_WEIGHT ->
                        "Cannot use weight column '%s': missing value in %s".formatted(column, where);
                    case BAD_WEIGHT ->
                        "Cannot use weight column '%s': value %s in %s; weights must be finite and not negative"
                                .formatted(column, value, where);
                    case MISSING_ID -> "Cannot use id column '%s': missing value in %s".formatted(column, where);
                });
    }
}
