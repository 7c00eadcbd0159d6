package io.kfac.spark.data;

import io.kfac.family.Distribution;
import java.util.Optional;

/** What a model learns to give for a row. */
public sealed interface Target {

    /**
     * One of the distinct values of a column.
     * @param column empty: "label"
     * @param single whether a column with one value only will do, as folds of cross-validation may have it
     */
    record ClassLabel(Optional<String> column, boolean single) implements Target {
        public ClassLabel(Optional<String> column) {
            this(column, false);
        }
    }

    /**
     * The number in a column.
     * @param distribution whose domain every number must be in; empty: any finite one will do
     */
    record Value(String column, Optional<Distribution> distribution) implements Target {}

    /**
     * The row's own features (autoencoders).
     * @param labelToIgnore column that is no feature; empty: "label", where there is one that the options do not ask for
     * @param unit          whether values outside [0, 1] are refused, as Bernoulli outputs need it
     */
    record Inputs(Optional<String> labelToIgnore, boolean unit) implements Target {
        public Inputs(Optional<String> labelToIgnore) {
            this(labelToIgnore, false);
        }
    }

    static Target label(String column) {
        return new ClassLabel(Optional.of(column));
    }

    static Target value(String column) {
        return new Value(column, Optional.empty());
    }

    static Target value(String column, Distribution distribution) {
        return new Value(column, Optional.of(distribution));
    }

    static Target none() {
        return new Inputs(Optional.empty());
    }

    /** Whether features must lie in [0, 1]. */
    default boolean wantsUnitFeatures() {
        return this instanceof Inputs inputs && inputs.unit();
    }

    /** The column that holds it, where one is named. */
    default Optional<String> named() {
        if (this instanceof ClassLabel label) {
            return label.column();
        }
        if (this instanceof Value value) {
            return Optional.of(value.column());
        }
        return ((Inputs) this).labelToIgnore();
    }
}
