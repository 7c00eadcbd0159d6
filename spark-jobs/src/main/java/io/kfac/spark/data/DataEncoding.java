package io.kfac.spark.data;

import java.util.Optional;

/**
 * All that a model must keep to encode new rows as its training rows were.
 * @param labels    classes; empty for values and autoencoders
 * @param intercept whether a last column of ones is appended
 * @param offsetColumn what is added to each row's outputs; empty: nothing
 */
public record DataEncoding(
        FeatureEncoding features,
        Optional<LabelEncoding> labels,
        Optional<String> valueColumn,
        Standardization standardization,
        boolean intercept,
        Optional<String> offsetColumn) {
    public DataEncoding {
        if (standardization.mean().length != features.width()) {
            throw new IllegalArgumentException("Cannot encode %d features: the standardisation has %d"
                    .formatted(features.width(), standardization.mean().length));
        }
        if (labels.isPresent() && valueColumn.isPresent()) {
            throw new IllegalArgumentException("Cannot have both classes and values as target");
        }
    }

    /** Without offsets. */
    public DataEncoding(
            FeatureEncoding features,
            Optional<LabelEncoding> labels,
            Optional<String> valueColumn,
            Standardization standardization,
            boolean intercept) {
        this(features, labels, valueColumn, standardization, intercept, Optional.empty());
    }

    /** Columns of a block's features. */
    public int blockColumns() {
        return features.width() + (intercept ? 1 : 0);
    }
}
