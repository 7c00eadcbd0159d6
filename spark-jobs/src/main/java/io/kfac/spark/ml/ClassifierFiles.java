package io.kfac.spark.ml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.engine.Json;
import io.kfac.spark.engine.TrainedModel;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;

/** Saves and loads classification models, without their summaries. */
final class ClassifierFiles {
    private ClassifierFiles() {}

    static final class Writer extends MLWriter {
        private final KfacClassificationModel model;

        Writer(KfacClassificationModel model) {
            this.model = model;
        }

        @Override
        public void saveImpl(String path) {
            ClassScores scores = model.scores();
            Classes classes = scores.classes();
            ObjectNode extra = Json.object();
            extra.put("classes", classes.count()).put("binomial", classes.binomial());
            ArrayNode present = extra.putArray("present");
            Arrays.stream(classes.present()).forEach(present::add);
            ArrayNode names = extra.putArray("labels");
            Arrays.stream(model.labelNames()).forEach(names::add);
            TrainedModel network = new TrainedModel(
                    scores.network(),
                    scores.parameters(),
                    Encodings.vectors(
                            model.getFeaturesCol(),
                            scores.network(),
                            Optional.of(model.getLabelCol()),
                            Optional.empty()),
                    model.origin());
            ModelFiles.save(model, network, extra, path, sparkSession());
        }
    }

    static final class Reader extends MLReader<KfacClassificationModel> {
        @Override
        public KfacClassificationModel load(String path) {
            ModelFiles.Stored stored = ModelFiles.load(path, KfacClassificationModel.class, sparkSession());
            JsonNode extra = stored.extra();
            int[] present = IntStream.range(0, extra.path("present").size())
                    .map(i -> extra.path("present").path(i).asInt(-1))
                    .toArray();
            Classes classes = new Classes(
                    extra.path("classes").asInt(),
                    present,
                    extra.path("binomial").asBoolean());
            boolean fits = present.length > 0
                    && Arrays.stream(present).allMatch(k -> k >= 0 && k < classes.count())
                    && classes.outputs() == stored.network().network().outputs();
            if (!fits) {
                throw new BadInput("Cannot read the model in %s: its metadata and its network do not fit together"
                        .formatted(path));
            }
            String[] names = IntStream.range(0, extra.path("labels").size())
                    .mapToObj(i -> extra.path("labels").path(i).asText())
                    .toArray(String[]::new);
            ClassScores scores =
                    new ClassScores(stored.network().network(), stored.network().parameters(), classes);
            return stored.restore(new KfacClassificationModel(
                    stored.metadata().uid(), scores, names, stored.network().origin()));
        }
    }
}
