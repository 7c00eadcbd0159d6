package io.kfac.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kfac.spark.data.BadInput;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;

class KfacClassifierTest {
    @Test
    void classesWithoutRowsAreImpossible() {
        Dataset<Row> frame = Samples.classes(240, 1, 3, false);
        KfacClassificationModel model = new KfacClassifier().fit(frame);
        assertThat(model.numClasses()).isEqualTo(4);
        assertThat(model.interceptVector().apply(0)).isEqualTo(Double.NEGATIVE_INFINITY);
        Row row = model.transform(frame).first();
        Vector raw = row.getAs("rawPrediction");
        Vector probability = row.getAs("probability");
        assertThat(raw.toArray()).hasSize(4).startsWith(Double.NEGATIVE_INFINITY);
        assertThat(probability.apply(0)).isEqualTo(0);
        assertThat(probability.toArray()[1]
                        + probability.toArray()[2]
                        + probability.toArray()[3])
                .isCloseTo(1, within(1e-12));
        assertThat(kinds(model)).contains(Finding.Kind.MISSING_CLASSES, Finding.Kind.CONSTANT_FEATURES);
        assertThat(model.summary().accuracy()).isGreaterThan(0.5);

        // The same classes without the gap: the same answers.
        KfacClassificationModel dense = new KfacClassifier().fit(Samples.classes(240, 0, 3, false));
        for (int k = 0; k < 3; k++) {
            assertThat(model.coefficientMatrix().apply(k + 1, 0))
                    .isCloseTo(dense.coefficientMatrix().apply(k, 0), within(1e-9));
        }
    }

    @Test
    void oneClassIsAConstantModel() {
        Dataset<Row> frame = Samples.classes(60, 0, 3, false).where("label = 1");
        KfacClassificationModel model = new KfacClassifier().fit(frame);
        assertThat(model.intercept()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(model.coefficients().toArray()).containsOnly(0);
        assertThat(kinds(model)).contains(Finding.Kind.ONE_CLASS);
        assertThat(model.transform(frame).select("prediction").distinct().collectAsList())
                .singleElement()
                .isEqualTo(org.apache.spark.sql.RowFactory.create(1.0));

        KfacClassificationModel several = new KfacClassifier()
                .setFamily("multinomial")
                .fit(Samples.classes(60, 0, 3, false).where("label = 2"));
        Row row = several.transform(frame).first();
        assertThat(((Vector) row.getAs("probability")).toArray()).containsExactly(0, 0, 1);
        assertThat(row.<Double>getAs("prediction")).isEqualTo(2);
    }

    @Test
    void labelsThatAreNoClassesAreRefused() {
        Dataset<Row> frame = Samples.classes(60, 0, 3, false);
        KfacClassifier classifier = new KfacClassifier();
        assertThatThrownBy(() -> classifier.fit(frame.withColumn("label", functions.expr("label - 1"))))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("-1")
                .hasMessageContaining("whole numbers");
        assertThatThrownBy(() -> classifier.fit(frame.withColumn("label", functions.expr("label / 2"))))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("0.5");
        assertThatThrownBy(() ->
                        classifier.copy(ParamMap.empty()).setFamily("binomial").fit(frame))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("3 classes");
        assertThatThrownBy(() -> classifier
                        .copy(ParamMap.empty())
                        .setWeightCol("zero")
                        .fit(frame.withColumn("zero", functions.lit(0))))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("all weights are zero");
        assertThat(cached()).isEqualTo(before(frame));
    }

    @Test
    void schemasAreChecked() {
        Dataset<Row> frame = Samples.classes(60, 0, 2, false);
        KfacClassifier classifier = new KfacClassifier();
        assertThat(classifier.transformSchema(frame.schema()).fieldNames())
                .contains("rawPrediction", "probability", "prediction");
        assertThatThrownBy(
                        () -> classifier.transformSchema(frame.drop("features").schema()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("features");
        assertThatThrownBy(() -> new KfacClassifier().setFeaturesCol("id").transformSchema(frame.schema()))
                .hasMessageContaining("Column id must be of type")
                .hasMessageContaining("but was actually");
        assertThatThrownBy(() -> new KfacClassifier().setPredictionCol("id").transformSchema(frame.schema()))
                .hasMessageContaining("Column id already exists");
    }

    @Test
    void paramsExplainThemselves() {
        KfacClassifier classifier =
                new KfacClassifier().setHiddenLayers(new int[] {8, 4}).setThresholds(new double[] {0.25, 0.75});
        assertThat(classifier.explainParams())
                .contains("hiddenLayers: Widths")
                .contains("(default: [], current: [8, 4])")
                .contains("current: [0.25, 0.75]")
                .contains("regParam")
                .contains("(undefined)");
        assertThat(classifier.getThreshold()).isCloseTo(0.75, within(1e-12));
        assertThatThrownBy(() -> classifier.setRegParam(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> classifier.setOptimizer("lbfgs")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void copiesAreIndependent() {
        KfacClassifier classifier = new KfacClassifier("mine").setRegParam(0.5);
        KfacClassifier copy =
                classifier.copy(new ParamMap().put(classifier.maxIter().w(7)));
        assertThat(copy.uid()).isEqualTo("mine");
        assertThat(copy.getMaxIter()).isEqualTo(7);
        assertThat(copy.setRegParam(0.1).getRegParam()).isEqualTo(0.1);
        assertThat(classifier.getRegParam()).isEqualTo(0.5);
        assertThat(classifier.getMaxIter()).isEqualTo(100);

        KfacClassificationModel model = classifier.fit(Samples.classes(60, 0, 2, false));
        assertThat(model.uid()).isEqualTo("mine");
        assertThat(model.parent()).isSameAs(classifier);
        KfacClassificationModel other = model.copy(ParamMap.empty()).setThreshold(0.9);
        assertThat(other.hasSummary()).isTrue();
        assertThat(other.parent()).isSameAs(classifier);
        assertThat(model.getThreshold()).isEqualTo(0.5);
    }

    @Test
    void hiddenLayersLearn() {
        Dataset<Row> frame = Samples.classes(600, 0, 3, false);
        KfacClassifier classifier = new KfacClassifier()
                .setHiddenLayers(new int[] {6})
                .setMaxIter(10)
                .setActivation("tanh");
        KfacClassificationModel model = classifier.fit(frame);
        assertThat(model.layers()).containsExactly(4, 6, 3);
        assertThat(model.summary().accuracy()).isGreaterThan(0.55);
        assertThat(model.summary().totalIterations()).isBetween(1, 10);
        assertThatThrownBy(model::coefficientMatrix)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("hidden layers");
        assertThatThrownBy(() -> classifier.setOptimizer("newton").fit(frame))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("hidden layers");
    }

    @Test
    void theSummaryHasMllibsNumbers() {
        Dataset<Row> frame = Samples.classes(300, 0, 2, false);
        KfacClassificationModel model = new KfacClassifier().fit(frame);
        var peer = new org.apache.spark.ml.classification.LogisticRegression()
                .setTol(1e-14)
                .fit(frame)
                .binarySummary();
        KfacClassificationTrainingSummary summary = model.summary();
        assertThat(summary.areaUnderROC()).isCloseTo(peer.areaUnderROC(), within(1e-4));
        assertThat(summary.accuracy()).isCloseTo(peer.accuracy(), within(0.01));
        assertThat(summary.weightedPrecision()).isCloseTo(peer.weightedPrecision(), within(0.01));
        assertThat(summary.roc().count()).isGreaterThan(50);
        assertThat(summary.objectiveHistory()).hasSize(summary.totalIterations() + 1);
        assertThat(summary.objectiveHistory()[0]).isCloseTo(Math.log(2), within(1e-6));
        assertThat(summary.report().blas()).isNotEmpty();
        assertThat(summary.report().jobs()).isPositive();
        assertThat(model.evaluate(frame).accuracy()).isEqualTo(summary.accuracy());
        assertThatThrownBy(() -> new KfacClassifier()
                        .setFamily("multinomial")
                        .fit(Samples.classes(60, 0, 3, false))
                        .summary()
                        .roc())
                .hasMessageContaining("2 classes");
    }

    @Test
    void twoFitsAtOnceDoNotMixAndLeaveNothing() throws Exception {
        Dataset<Row> frame = Samples.classes(200, 0, 3, false);
        int before = before(frame);
        double[] alone = new KfacClassifier().fit(frame).coefficientMatrix().toArray();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<double[]>> both = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                both.add(threads.submit(() ->
                        new KfacClassifier().fit(frame).coefficientMatrix().toArray()));
            }
            for (Future<double[]> one : both) {
                assertThat(one.get()).containsExactly(alone);
            }
        } finally {
            threads.shutdown();
        }
        assertThat(cached()).isEqualTo(before);
        assertThatThrownBy(() -> new KfacClassifier()
                        .setHiddenLayers(new int[] {3})
                        .setElasticNetParam(1)
                        .setRegParam(0.1)
                        .fit(frame))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("elasticNetParam");
        assertThat(cached()).isEqualTo(before);
    }

    private static List<Finding.Kind> kinds(KfacClassificationModel model) {
        return model.summary().findings().stream().map(Finding::kind).toList();
    }

    /** Persisted now, with the table itself in its cache. */
    private static int before(Dataset<Row> frame) {
        frame.count();
        return cached();
    }

    private static int cached() {
        return JavaSparkContext.fromSparkContext(Samples.SPARK.sparkContext())
                .getPersistentRDDs()
                .size();
    }
}
