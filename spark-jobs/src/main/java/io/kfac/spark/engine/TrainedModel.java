package io.kfac.spark.engine;

import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.spark.data.DataEncoding;
import java.io.Serializable;

/**
 * Everything needed to predict, and how it came about.
 * @param parameters in double
 * @param encoding   how rows of a table become inputs, and class numbers labels
 */
public record TrainedModel(Network network, Parameters parameters, DataEncoding encoding, Origin origin) {

    /**
     * How a model was trained.
     * @param optimizer its name
     * @param steps     taken
     * @param rows      of the training table, held-out ones not counted
     * @param seed      of the run
     */
    public record Origin(String optimizer, long steps, long rows, long seed) implements Serializable {}

    public TrainedModel {
        if (encoding.blockColumns() != network.inputColumns()) {
            throw new IllegalArgumentException("Cannot join an encoding of %d columns to a network of %d"
                    .formatted(encoding.blockColumns(), network.inputColumns()));
        }
        int classes = encoding.labels().map(labels -> labels.classes().size()).orElse(0);
        if (classes > 0 && network.family().classes(network.outputs()) != classes) {
            throw new IllegalArgumentException("Cannot join labels of %d classes to a network that tells %d apart"
                    .formatted(classes, network.family().classes(network.outputs())));
        }
    }

    /** Whether it gives back its inputs. */
    public boolean isAutoencoder() {
        return encoding.labels().isEmpty() && encoding.valueColumn().isEmpty();
    }
}
