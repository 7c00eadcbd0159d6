package io.kfac.spark.ml;

import io.kfac.model.Network;
import io.kfac.spark.data.ColumnEncoding;
import io.kfac.spark.data.DataEncoding;
import io.kfac.spark.data.FeatureEncoding;
import io.kfac.spark.data.Standardization;
import java.util.List;
import java.util.Optional;

/** How rows of a table become inputs of a model. */
final class Encodings {
    private Encodings() {}

    /** A column of vectors as they are. @param network on raw features */
    static DataEncoding vectors(String features, Network network, Optional<String> value, Optional<String> offset) {
        int width = network.layer(0).inputs();
        return new DataEncoding(
                new FeatureEncoding(List.of(new ColumnEncoding.VectorColumn(features, width))),
                Optional.empty(),
                value,
                Standardization.none(width),
                network.layer(0).bias(),
                offset);
    }
}
