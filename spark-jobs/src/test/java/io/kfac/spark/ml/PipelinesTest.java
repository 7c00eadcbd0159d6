package io.kfac.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kfac.spark.data.BadInput;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.OneVsRest;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.ml.tuning.TrainValidationSplit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In spark.ml's own machinery. */
class PipelinesTest {
    @Test
    void crossValidationTakesThreadsAndFoldsOfOneClass() {
        KfacClassifier classifier = new KfacClassifier();
        ParamMap[] grid = new ParamGridBuilder()
                .addGrid(classifier.regParam(), new double[] {0.001, 0.1})
                .build();
        CrossValidator validator = new CrossValidator()
                .setEstimator(new Pipeline().setStages(new PipelineStage[] {classifier}))
                .setEvaluator(new BinaryClassificationEvaluator())
                .setEstimatorParamMaps(grid)
                .setNumFolds(2)
                .setFoldCol("fold")
                .setParallelism(2);
        // All rows of class 1 are in fold 0: what trains on the other fold sees class 0 only.
        Dataset<Row> frame = Samples.classes(120, 0, 2, false)
                .selectExpr("*", "case when label = 1 then 0 else cast(id / 2 as int) % 2 end as fold");
        CrossValidatorModel model = validator.fit(frame);
        assertThat(model.avgMetrics()).hasSize(2).doesNotContain(Double.NaN);
        assertThat(model.transform(frame).where("prediction = label").count()).isGreaterThan(70);
    }

    @Test
    void trainValidationSplitChooses() {
        KfacClassifier classifier = new KfacClassifier();
        ParamMap[] grid = new ParamGridBuilder()
                .addGrid(classifier.regParam(), new double[] {0, 1_000})
                .build();
        Dataset<Row> frame = Samples.classes(300, 0, 3, false);
        var model = new TrainValidationSplit()
                .setEstimator(classifier)
                .setEvaluator(new MulticlassClassificationEvaluator().setMetricName("logLoss"))
                .setEstimatorParamMaps(grid)
                .setParallelism(2)
                .setSeed(3)
                .fit(frame);
        assertThat(((KfacClassificationModel) model.bestModel()).getRegParam()).isEqualTo(0);
    }

    @Test
    void oneVersusRest() {
        Dataset<Row> frame = Samples.classes(300, 0, 3, false);
        var model = new OneVsRest()
                .setClassifier(new KfacClassifier().setWeightCol("weight"))
                .setWeightCol("weight")
                .setParallelism(2)
                .fit(frame);
        assertThat(model.transform(frame).where("prediction = label").count()).isGreaterThan(150);
    }

    @Test
    void whatIsSavedIsLoaded(@TempDir Path folder) throws Exception {
        Dataset<Row> frame = Samples.classes(120, 1, 3, false);
        KfacClassifier classifier = new KfacClassifier()
                .setFeaturesCol("scaled")
                .setRegParam(0.01)
                .setThresholds(new double[] {1, 1, 0.5, 1});
        String saved = folder.resolve("estimator").toString();
        classifier.save(saved);
        KfacClassifier loaded = KfacClassifier.load(saved);
        assertThat(loaded.uid()).isEqualTo(classifier.uid());
        assertThat(loaded.explainParams()).isEqualTo(classifier.explainParams());

        Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {
            new StandardScaler().setInputCol("features").setOutputCol("scaled"), classifier
        });
        pipeline.save(folder.resolve("pipeline").toString());
        PipelineModel model =
                Pipeline.load(folder.resolve("pipeline").toString()).fit(frame);
        model.save(folder.resolve("model").toString());
        PipelineModel back = PipelineModel.load(folder.resolve("model").toString());
        assertThat(back.transform(frame).orderBy("id").collectAsList())
                .isEqualTo(model.transform(frame).orderBy("id").collectAsList());
        KfacClassificationModel stage = (KfacClassificationModel) back.stages()[1];
        assertThat(stage.hasSummary()).isFalse();
        assertThatThrownBy(stage::summary).hasMessageContaining("No training summary");
        assertThat(stage.getThresholds()).containsExactly(1, 1, 0.5, 1);
    }

    @Test
    void constantAndHiddenModelsAreSavedToo(@TempDir Path folder) throws Exception {
        Dataset<Row> frame = Samples.classes(120, 0, 3, false);
        KfacClassificationModel constant = new KfacClassifier().fit(frame.where("label = 1"));
        KfacClassificationModel hidden = new KfacClassifier()
                .setHiddenLayers(new int[] {3})
                .setMaxIter(2)
                .fit(frame);
        for (KfacClassificationModel model : new KfacClassificationModel[] {constant, hidden}) {
            String path = folder.resolve(model.uid()).toString();
            model.write().overwrite().save(path);
            model.write().overwrite().save(path);
            assertThat(KfacClassificationModel.load(path)
                            .transform(frame)
                            .orderBy("id")
                            .collectAsList())
                    .isEqualTo(model.transform(frame).orderBy("id").collectAsList());
        }
        Path network = folder.resolve(hidden.uid()).resolve("network").resolve("metadata.json");
        Files.writeString(network, Files.readString(network).replace("\"outputs\" : 3,", "\"outputs\" : 2,"));
        assertThatThrownBy(() -> KfacClassificationModel.load(
                        folder.resolve(hidden.uid()).toString()))
                .isInstanceOf(BadInput.class);
    }
}
