package io.kfac.spark.ml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.engine.Json;
import io.kfac.spark.engine.ModelStore;
import io.kfac.spark.engine.TrainedModel;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.sql.SparkSession;
import org.json4s.JObject;
import org.json4s.jackson.JsonMethods$;
import scala.Option;

/** A model on disk: {@code metadata}, as all of spark.ml has it, and {@code network}, in our own format. Nothing in it is executable. */
final class ModelFiles {
    private static final String NETWORK = "network";
    private static final String EXTRA = "kfac";

    private ModelFiles() {}

    /** @param extra what neither params nor network say */
    static void save(Params model, TrainedModel network, ObjectNode extra, String path, SparkSession spark) {
        ObjectNode named = Json.object();
        named.set(EXTRA, extra);
        JObject parsed = (JObject) JsonMethods$.MODULE$.fromJsonNode(named);
        DefaultParamsWriter.saveMetadata(model, path, spark, Option.apply(parsed), Option.empty());
        ModelStore.save(network, new Path(path, NETWORK), spark.sessionState().newHadoopConf());
    }

    /** What was saved. */
    record Stored(DefaultParamsReader.Metadata metadata, JsonNode extra, TrainedModel network) {
        /** Sets the params that were saved. */
        <M extends Params> M restore(M model) {
            metadata.getAndSetParams(model, metadata.getAndSetParams$default$2());
            return model;
        }
    }

    /** @throws BadInput if it is damaged */
    static Stored load(String path, Class<?> type, SparkSession spark) {
        DefaultParamsReader.Metadata metadata = DefaultParamsReader.loadMetadata(path, spark, type.getName());
        TrainedModel network = ModelStore.load(
                new Path(path, NETWORK).toString(), spark.sessionState().newHadoopConf());
        try {
            return new Stored(metadata, Json.parse(metadata.metadataJson()).path(EXTRA), network);
        } catch (JsonProcessingException e) {
            throw new BadInput("Cannot read the model in %s: its metadata are no JSON".formatted(path), e);
        }
    }
}
