package io.kfac.spark.ml;

import io.kfac.spark.data.BadInput;
import io.kfac.spark.engine.Json;
import io.kfac.spark.engine.TrainedModel;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;

/** Saves and loads regression models, without their summaries. */
final class RegressorFiles {
    private static final String NEGATED = "negated";

    private RegressorFiles() {}

    static final class Writer extends MLWriter {
        private final KfacRegressionModel model;

        Writer(KfacRegressionModel model) {
            this.model = model;
        }

        @Override
        public void saveImpl(String path) {
            ValueScores scores = model.scores();
            TrainedModel network =
                    new TrainedModel(scores.network(), scores.parameters(), model.encoding(), model.origin());
            ModelFiles.save(model, network, Json.object().put(NEGATED, scores.negated()), path, sparkSession());
        }
    }

    static final class Reader extends MLReader<KfacRegressionModel> {
        @Override
        public KfacRegressionModel load(String path) {
            ModelFiles.Stored stored = ModelFiles.load(path, KfacRegressionModel.class, sparkSession());
            TrainedModel network = stored.network();
            if (network.network().outputs() != 1) {
                throw new BadInput("Cannot read the model in %s: a regressor has 1 output, its network %d"
                        .formatted(path, network.network().outputs()));
            }
            ValueScores scores = new ValueScores(
                    network.network(),
                    network.parameters(),
                    stored.extra().path(NEGATED).asBoolean());
            return stored.restore(new KfacRegressionModel(stored.metadata().uid(), scores, network.origin()));
        }
    }
}
