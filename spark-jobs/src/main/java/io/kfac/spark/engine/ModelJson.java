package io.kfac.spark.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kfac.family.ExponentialFamily;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.spark.data.DataEncoding;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The metadata of a stored model: format version, architecture, encodings, origin. */
final class ModelJson {
    static final int FORMAT_VERSION = 1;

    private ModelJson() {}

    /** All of a model but its numbers. */
    record Described(Network network, DataEncoding encoding, TrainedModel.Origin origin) {
        TrainedModel with(Parameters parameters) {
            return new TrainedModel(network, parameters, encoding, origin);
        }
    }

    static ObjectNode write(TrainedModel model) {
        ObjectNode json = Json.object();
        json.put("format", "kfac-spark model");
        json.put("formatVersion", FORMAT_VERSION);
        Network network = model.network();
        ObjectNode architecture = json.putObject("network");
        architecture.put("family", network.family().name());
        architecture.put("precision", network.precision().name().toLowerCase(Locale.ROOT));
        ArrayNode layers = architecture.putArray("layers");
        for (Layer layer : network.layers()) {
            layers.addObject()
                    .put("inputs", layer.inputs())
                    .put("outputs", layer.outputs())
                    .put("activation", layer.activation().key())
                    .put("bias", layer.bias());
        }
        json.set("encoding", EncodingJson.write(model.encoding()));
        TrainedModel.Origin origin = model.origin();
        json.putObject("training")
                .put("optimizer", origin.optimizer())
                .put("steps", origin.steps())
                .put("rows", origin.rows())
                .put("seed", origin.seed());
        return json;
    }

    /** @throws IllegalArgumentException if it is of another version, or something is missing or does not fit */
    static Described read(JsonNode json) {
        Fields root = new Fields(json, ModelStore.METADATA);
        long version = root.integer("formatVersion");
        if (version != FORMAT_VERSION) {
            throw new IllegalArgumentException(
                    "%s says formatVersion %d, this program reads %d. Remedy: train it again, or use the kfac-spark that wrote it"
                            .formatted(ModelStore.METADATA, version, FORMAT_VERSION));
        }
        Fields architecture = root.object("network");
        List<Layer> layers = new ArrayList<>();
        for (Fields layer : architecture.objects("layers")) {
            layers.add(new Layer(
                    Math.toIntExact(layer.integer("inputs")),
                    Math.toIntExact(layer.integer("outputs")),
                    Activation.of(layer.text("activation")),
                    layer.bool("bias")));
        }
        Precision precision = architecture.oneOf("precision", Precision.values());
        Network network = new Network(layers, ExponentialFamily.named(architecture.text("family")), precision);
        DataEncoding encoding = EncodingJson.read(root.object("encoding"));
        Fields training = root.object("training");
        return new Described(
                network,
                encoding,
                new TrainedModel.Origin(
                        training.text("optimizer"),
                        training.integer("steps"),
                        training.integer("rows"),
                        training.integer("seed")));
    }
}
