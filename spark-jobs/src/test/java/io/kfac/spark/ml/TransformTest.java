package io.kfac.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scoring in blocks is scoring row by row. */
class TransformTest {
    private static final double ROUNDING = 1e-12;

    @ParameterizedTest(name = "{0} classes, sparse {1}, hidden {2}, intercept {3}")
    @CsvSource({"2, false, 0, true", "3, true, 0, false", "3, false, 5, true", "2, true, 5, true"})
    void equalsThePerRowPath(int classes, boolean sparse, int hidden, boolean intercept) {
        Dataset<Row> frame = Samples.classes(1_000, 0, classes, sparse);
        KfacClassificationModel model = new KfacClassifier()
                .setHiddenLayers(hidden == 0 ? new int[0] : new int[] {hidden})
                .setFitIntercept(intercept)
                .setMaxIter(3)
                .fit(frame);
        List<Row> rows = model.transform(frame).collectAsList();
        assertThat(rows).hasSize(1_000);
        for (Row row : rows) {
            Vector features = row.getAs("features");
            Vector raw = row.getAs("rawPrediction");
            Vector probability = row.getAs("probability");
            Vector expected = model.predictRaw(features);
            for (int k = 0; k < classes; k++) {
                assertThat(raw.apply(k)).isCloseTo(expected.apply(k), within(ROUNDING * (1 + Math.abs(raw.apply(k)))));
                assertThat(probability.apply(k))
                        .isCloseTo(model.predictProbability(features).apply(k), within(ROUNDING));
            }
            assertThat(row.<Double>getAs("prediction")).isEqualTo(model.predict(features));
        }
    }

    @Test
    void columnsKeepTheirIdentityAndOnlyThoseAskedForAreAdded() {
        Dataset<Row> frame = Samples.classes(100, 0, 2, false);
        KfacClassificationModel model =
                new KfacClassifier().fit(frame).setRawPredictionCol("").setProbabilityCol("");
        Dataset<Row> scored = model.transform(frame);
        assertThat(scored.columns()).containsExactly("id", "label", "weight", "features", "prediction");
        assertThat(scored.where(frame.col("id").lt(10))
                        .select(frame.col("label"), scored.col("prediction"))
                        .count())
                .isEqualTo(10);
        assertThat(scored.join(frame, "id").count()).isEqualTo(100);
        assertThat(scored.groupBy("prediction").count().count()).isEqualTo(2);
        // Twice: the second stage may be given the first one's rows as they are.
        Dataset<Row> twice = model.copy(org.apache.spark.ml.param.ParamMap.empty())
                .setPredictionCol("again")
                .transform(scored);
        assertThat(twice.where("again = prediction").count()).isEqualTo(100);
        assertThat(model.setPredictionCol("").transform(frame).columns()).hasSize(4);
    }

    @Test
    void onlyColumnsThatAreAskedForAreReadAndComputed(@TempDir Path folder) {
        Dataset<Row> frame = Samples.classes(100, 0, 3, false);
        KfacClassificationModel model = new KfacClassifier().fit(frame);
        String file = folder.resolve("table").toString();
        frame.write().parquet(file);
        Dataset<Row> scored = model.transform(Samples.SPARK.read().parquet(file));
        String plan = plan(scored.select("prediction"));
        assertThat(plan).contains("ReadSchema: struct<features:").doesNotContain("weight", "probability");
        assertThat(plan(scored.groupBy("label").max("prediction")))
                .contains("struct<label:double,features:")
                .doesNotContain("weight");
        assertThat(scored.select("prediction").distinct().count()).isEqualTo(3);
        assertThat(scored.select("probability", "id").where("id = 7").collectAsList())
                .isEqualTo(model.transform(frame)
                        .where("id = 7")
                        .select("probability", "id")
                        .collectAsList());
        // All columns: rows are written once, with their answers.
        String whole = plan(model.transform(frame.cache()));
        assertThat(whole.substring(0, whole.indexOf("InMemoryTableScan")))
                .contains("BlockColumns")
                .doesNotContain("Project", "Serialize");
        frame.unpersist();
    }

    private static String plan(Dataset<Row> frame) {
        return ((org.apache.spark.sql.classic.Dataset<Row>) frame)
                .queryExecution()
                .executedPlan()
                .toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sparse", "dense", "both"})
    void otherColumnsComeThroughWhateverTheirTypes(String vectors) {
        Dataset<Row> frame = Samples.classes(300, 0, 2, vectors.equals("sparse"));
        if (vectors.equals("both")) {
            frame = frame.union(Samples.classes(300, 0, 2, true).withColumn("id", functions.expr("id + 300")))
                    .repartition(2);
        }
        frame = frame.withColumn("first", functions.expr("repeat('f', cast(id % 9 as int))"))
                .select("id", "first", "label", "features")
                .withColumn("text", functions.expr("if(id % 3 = 0, null, repeat('a', cast(id % 50 as int)))"))
                .withColumn("large", functions.expr("if(id % 5 = 0, null, cast(id * 1e20 as decimal(38, 3)))"))
                .withColumn("small", functions.expr("cast(id as decimal(10, 2))"))
                .withColumn("list", functions.expr("sequence(0, id % 4)"))
                .withColumn("map", functions.expr("map('k', id, 'l', null)"))
                .withColumn("nested", functions.expr("named_struct('a', id, 'b', cast(id as string))"))
                .withColumn("span", functions.expr("make_interval(0, 0, 0, cast(id as int))"))
                .withColumn("bytes", functions.expr("cast(cast(id as string) as binary)"))
                .withColumn("none", functions.expr("cast(null as string)"));
        for (int i = 0; i < 60; i++) { // the null bits of the result take a second word
            frame = frame.withColumn("n" + i, functions.expr(i % 7 == 0 ? "null" : "id + " + i));
        }
        frame = frame.cache();
        KfacClassificationModel model = new KfacClassifier().fit(frame.select("label", "features"));
        Dataset<Row> scored = model.transform(frame);
        assertThat(texts(scored.drop("rawPrediction", "probability", "prediction")))
                .isEqualTo(texts(frame));
        for (Row row : scored.select("features", "prediction", "rawPrediction").collectAsList()) {
            assertThat(row.getDouble(1)).isEqualTo(model.predict(row.getAs(0)));
            double expected = model.predictRaw(row.getAs(0)).apply(1);
            assertThat(row.<Vector>getAs(2).apply(1)).isCloseTo(expected, within(ROUNDING * (1 + Math.abs(expected))));
        }
        // Through a shuffle and a sort, for which rows are copied.
        List<Row> sorted =
                scored.repartition(3).orderBy("id").select("id", "probability").collectAsList();
        List<Row> expected = new ArrayList<>(scored.select("id", "probability").collectAsList());
        expected.sort(Comparator.comparingLong(row -> row.getLong(0)));
        assertThat(sorted).isEqualTo(expected);
        frame.unpersist();
    }

    /** Their blocks are sparse, and their rows lie behind no features. */
    @Test
    void wideVectorsAreScoredToo() {
        int width = 5_000;
        List<Row> made = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
            Vector sparse = Vectors.sparse(width, new int[] {i % 3, 10 + i, width - 1}, new double[] {1, 2, i});
            Vector features = i % 4 == 0 ? sparse.toDense() : sparse;
            made.add(org.apache.spark.sql.RowFactory.create((long) i, (double) (i % 3), 1.0, features));
        }
        Dataset<Row> frame = Samples.frame(made);
        KfacClassificationModel model =
                new KfacClassifier().setMaxIter(3).setRegParam(0.1).fit(frame);
        for (Row row : model.transform(frame.coalesce(1)).collectAsList()) {
            Vector features = row.getAs("features");
            assertThat(features)
                    .isEqualTo(made.get((int) row.<Long>getAs("id").longValue()).get(3));
            double expected = model.predictRaw(features).apply(2);
            assertThat(row.<Vector>getAs("rawPrediction").apply(2))
                    .isCloseTo(expected, within(ROUNDING * (1 + Math.abs(expected))));
            assertThat(row.<Double>getAs("prediction")).isEqualTo(model.predict(features));
        }
    }

    /** Rows that have no room in a block are the first of the next, in which there is room for their like. */
    @Test
    void rowsMayDifferInLength() {
        Dataset<Row> frame = Samples.classes(3_000, 0, 3, false)
                .withColumn(
                        "text", functions.expr("repeat('t', cast(if(id % 700 = 699, 3000000, id % 300 * id) as int))"));
        KfacClassificationModel model = new KfacClassifier().fit(frame);
        List<Row> rows = model.transform(frame.coalesce(1))
                .selectExpr("id", "length(text)", "text = repeat('t', length(text))", "features", "prediction")
                .collectAsList();
        assertThat(rows).hasSize(3_000);
        for (Row row : rows) {
            long id = row.getLong(0);
            assertThat(row.getInt(1)).isEqualTo(id % 700 == 699 ? 3_000_000 : id % 300 * id);
            assertThat(row.getBoolean(2)).isTrue();
            assertThat(row.getDouble(4)).isEqualTo(model.predict(row.getAs(3)));
        }
    }

    private static List<String> texts(Dataset<Row> frame) {
        return frame.withColumn("bytes", functions.expr("hex(bytes)")).collectAsList().stream()
                .map(Row::toString)
                .toList();
    }

    @Test
    void scoredTablesJoinWithThemselvesAndAreSeenFromOtherSessions() {
        Dataset<Row> frame = Samples.classes(100, 0, 2, false);
        KfacClassificationModel model = new KfacClassifier().fit(frame);
        Dataset<Row> scored = model.transform(frame);
        assertThat(scored.as("l")
                        .join(scored.as("r"), functions.expr("l.id = r.id and l.prediction = r.prediction"))
                        .count())
                .isEqualTo(100);
        scored.createOrReplaceGlobalTempView("scored_everywhere");
        assertThat(Samples.SPARK
                        .newSession()
                        .sql("select distinct prediction from global_temp.scored_everywhere")
                        .count())
                .isEqualTo(2);
        Samples.SPARK.catalog().dropGlobalTempView("scored_everywhere");
    }

    @Test
    void thresholdsDecide() {
        Dataset<Row> two = Samples.classes(200, 0, 2, false);
        KfacClassificationModel model = new KfacClassifier().fit(two).setThreshold(0.9);
        assertThat(model.transform(two).where("prediction = 1").count()).isBetween(1L, 80L);
        for (Row row : model.transform(two).collectAsList()) {
            double p = ((Vector) row.getAs("probability")).apply(1);
            assertThat(row.<Double>getAs("prediction")).isEqualTo(p > 0.9 ? 1 : 0);
        }
        Dataset<Row> three = Samples.classes(200, 0, 3, false);
        KfacClassificationModel several = new KfacClassifier().fit(three).setThresholds(new double[] {1, 1, 1e-9});
        assertThat(several.transform(three).where("prediction <> 2").count()).isZero();
        assertThatThrownBy(() -> several.setThresholds(new double[] {1, 1}).transform(three))
                .hasMessageContaining("2 thresholds")
                .hasMessageContaining("3 classes");
    }

    @Test
    void metadataGoFromLabelToPrediction() {
        Dataset<Row> frame = Samples.classes(200, 0, 3, false)
                .withColumn("kind", functions.expr("concat('kind-', cast(label as int))"))
                .withColumn("age", functions.expr("id % 7"));
        frame = new StringIndexer()
                .setInputCol("kind")
                .setOutputCol("index")
                .fit(frame)
                .transform(frame);
        frame = new VectorAssembler()
                .setInputCols(new String[] {"age", "features"})
                .setOutputCol("all")
                .transform(frame);
        KfacClassificationModel model =
                new KfacClassifier().setLabelCol("index").setFeaturesCol("all").fit(frame);
        assertThat(model.summary().features()).startsWith("age").contains("features_1");
        Dataset<Row> scored = model.transform(frame);
        NominalAttribute prediction =
                (NominalAttribute) Attribute.fromStructField(scored.schema().apply("prediction"));
        assertThat(prediction.values().get()).containsExactlyInAnyOrder("kind-0", "kind-1", "kind-2");
        assertThat(AttributeGroup.fromStructField(scored.schema().apply("probability"))
                        .size())
                .isEqualTo(3);
        Dataset<Row> named = new IndexToString()
                .setInputCol("prediction")
                .setOutputCol("name")
                .transform(scored);
        assertThat(named.where("name = kind").count()).isGreaterThan(100);
    }

    @Test
    void rowsThatDoNotFitAreRefusedByName() {
        Dataset<Row> frame = Samples.classes(100, 0, 2, false);
        KfacClassificationModel model = new KfacClassifier().fit(frame);
        Dataset<Row> narrow =
                Samples.frame(List.of(org.apache.spark.sql.RowFactory.create(1L, 0.0, 1.0, Vectors.dense(1, 2))));
        assertThatThrownBy(() -> model.transform(narrow).count())
                .rootCause()
                .hasMessageContaining("2 features")
                .hasMessageContaining("trained on 4");
        assertThatThrownBy(() -> model.predictRaw(Vectors.dense(1, 2))).hasMessageContaining("trained on 4");
    }

    @Test
    void streams(@TempDir Path folder) throws Exception {
        Dataset<Row> frame = Samples.classes(120, 0, 3, false);
        KfacClassificationModel model = new KfacClassifier().fit(frame);
        String source = folder.resolve("in").toString();
        frame.write().parquet(source);
        Dataset<Row> scored = model.transform(
                Samples.SPARK.readStream().schema(frame.schema()).parquet(source));
        assertThat(scored.isStreaming()).isTrue();
        StreamingQuery query = scored.select("id", "prediction")
                .writeStream()
                .format("memory")
                .queryName("scored")
                .start();
        try {
            query.processAllAvailable();
        } finally {
            query.stop();
        }
        assertThat(Samples.SPARK.table("scored").orderBy("id").collectAsList())
                .isEqualTo(model.transform(frame)
                        .select("id", "prediction")
                        .orderBy("id")
                        .collectAsList());
    }
}
