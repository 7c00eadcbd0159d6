package io.kfac.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kfac.spark.data.BadInput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.RandomForestClassifier;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimplexBlendTest {
    private static final double[] TRUTH = {0.5, 0, 0.3, 0.2};
    private static final String[] COLUMNS = {"m0", "m1", "m2", "m3"};

    private static Dataset<Row> frame(List<Row> rows, String... columns) {
        StructType schema =
                new StructType().add("label", DataTypes.DoubleType, true).add("weight", DataTypes.DoubleType, true);
        for (String column : columns) {
            schema = schema.add(column, SQLDataTypes.VectorType(), true);
        }
        return Samples.SPARK.createDataFrame(rows, schema).repartition(3).cache();
    }

    private static double[] probabilities(SplittableRandom random, double... logits) {
        double[] p = new double[logits.length];
        double sum = 0;
        for (int k = 0; k < p.length; k++) {
            p[k] = Math.exp(logits[k] + 3 * (random.nextDouble() - 0.5));
            sum += p[k];
        }
        for (int k = 0; k < p.length; k++) {
            p[k] /= sum;
        }
        return p;
    }

    /** Labels of three classes, drawn from a known blend of four models. */
    private static List<Row> planted(int rows) {
        SplittableRandom random = new SplittableRandom(11);
        List<Row> made = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            double[] logits = {2 * random.nextDouble(), 2 * random.nextDouble(), 2 * random.nextDouble()};
            Object[] values = new Object[2 + TRUTH.length];
            double[] blend = new double[3];
            for (int m = 0; m < TRUTH.length; m++) {
                double[] p = probabilities(random, logits);
                values[2 + m] = m % 2 == 0 ? Vectors.dense(p) : Vectors.dense(p).toSparse();
                for (int k = 0; k < 3; k++) {
                    blend[k] += TRUTH[m] * p[k];
                }
            }
            double u = random.nextDouble();
            values[0] = u < blend[0] ? 0.0 : u < blend[0] + blend[1] ? 1.0 : 2.0;
            values[1] = (double) (i % 3);
            made.add(RowFactory.create(values));
        }
        return made;
    }

    private static SimplexBlend blend(String... columns) {
        return new SimplexBlend().setProbabilityCols(columns);
    }

    private static double logLoss(Dataset<Row> transformed) {
        double sum = 0;
        List<Row> rows = transformed.select("label", "probability").collectAsList();
        for (Row row : rows) {
            sum -= Math.log(((Vector) row.getAs(1)).apply((int) row.getDouble(0)));
        }
        return sum / rows.size();
    }

    @Test
    void findsAPlantedBlendInAJobAStep() throws Exception {
        Dataset<Row> frame = frame(planted(20_000), COLUMNS);
        frame.count();
        AtomicInteger jobs = new AtomicInteger();
        SparkListener counter = new SparkListener() {
            @Override
            public void onJobStart(SparkListenerJobStart start) {
                jobs.incrementAndGet();
            }
        };
        Samples.SPARK.sparkContext().addSparkListener(counter);
        SimplexBlendModel model;
        try {
            model = blend(COLUMNS).fit(frame);
            Samples.SPARK.sparkContext().listenerBus().waitUntilEmpty();
        } finally {
            Samples.SPARK.sparkContext().removeSparkListener(counter);
        }
        double[] weights = model.weights();
        assertThat(Arrays.stream(weights).min().orElseThrow()).isGreaterThanOrEqualTo(0);
        assertThat(Arrays.stream(weights).sum()).isCloseTo(1, within(1e-15));
        for (int m = 0; m < TRUTH.length; m++) {
            assertThat(weights[m]).isCloseTo(TRUTH[m], within(0.06));
        }
        SimplexBlendSummary summary = model.summary();
        assertThat(summary.converged()).isTrue();
        assertThat(summary.gap()).isLessThanOrEqualTo(1e-9);
        assertThat(summary.rows()).isEqualTo(20_000);
        assertThat(summary.logLoss())
                .isLessThan(summary.singleLogLosses().values().stream()
                        .mapToDouble(x -> x)
                        .min()
                        .orElseThrow());
        // Reading the rows, the start, and the steps.
        assertThat(jobs.get()).isEqualTo(2 + summary.totalIterations()).isLessThanOrEqualTo(10);
        assertThat(logLoss(model.transform(frame))).isCloseTo(summary.logLoss(), within(1e-12));
    }

    @Test
    void aSecondFitHasTheSameBits() {
        Dataset<Row> frame = frame(planted(2_000), COLUMNS);
        assertThat(blend(COLUMNS).fit(frame).weights())
                .containsExactly(blend(COLUMNS).fit(frame).weights());
    }

    @Test
    void weightsAreFrequencies() {
        List<Row> rows = planted(900);
        List<Row> copies = new ArrayList<>();
        for (Row row : rows) {
            for (int c = 0; c < row.getDouble(1); c++) {
                copies.add(row);
            }
        }
        double[] weighted =
                blend(COLUMNS).setWeightCol("weight").fit(frame(rows, COLUMNS)).weights();
        double[] copied = blend(COLUMNS).fit(frame(copies, COLUMNS)).weights();
        for (int m = 0; m < weighted.length; m++) {
            assertThat(weighted[m]).isCloseTo(copied[m], within(1e-7));
        }
    }

    /** Certain and sometimes wrong models have an infinite loss by themselves; a blend of them has not. */
    @Test
    void zerosAndMissingClasses() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            // The second model has never seen class 2.
            double label = i % 3;
            Vector certain = Vectors.sparse(3, new int[] {i % 5 == 0 ? 0 : (int) label}, new double[] {1});
            rows.add(RowFactory.create(label, 1.0, certain, Vectors.dense(0.4, 0.6)));
        }
        // No model allows class 7.
        rows.add(RowFactory.create(7.0, 1.0, Vectors.dense(1, 0, 0), Vectors.dense(0.5, 0.5)));
        rows.add(RowFactory.create(7.0, 0.0, Vectors.dense(1, 0, 0), Vectors.dense(0.5, 0.5)));
        Dataset<Row> frame = frame(rows, "sure", "two");
        SimplexBlendModel model = blend("sure", "two").setWeightCol("weight").fit(frame);
        SimplexBlendSummary summary = model.summary();
        // Of class 2, rows that neither model allows are left out too.
        assertThat(summary.impossibleRows()).isEqualTo(3);
        assertThat(summary.rows()).isEqualTo(28);
        assertThat(summary.singleLogLosses().values()).containsOnly(Double.POSITIVE_INFINITY);
        assertThat(summary.logLoss()).isFinite();
        assertThat(model.weights()[0]).isBetween(0.5, 0.99);
        Row scored = model.transform(frame).where("label = 2").first();
        assertThat(((Vector) scored.getAs("probability")).size()).isEqualTo(3);
    }

    @Test
    void theBestModelAloneWhereItWins() {
        List<Row> rows = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 200; i++) {
            double p = 0.5 + 0.5 * random.nextDouble();
            double worse = p * random.nextDouble();
            rows.add(RowFactory.create(
                    (double) (i % 2),
                    1.0,
                    Vectors.dense(i % 2 == 0 ? worse : 1 - worse, i % 2 == 0 ? 1 - worse : worse),
                    Vectors.dense(i % 2 == 0 ? p : 1 - p, i % 2 == 0 ? 1 - p : p)));
        }
        Dataset<Row> frame = frame(rows, "worse", "better");
        SimplexBlendModel model = blend("worse", "better").fit(frame);
        assertThat(model.weights()).containsExactly(0, 1);
        assertThat(model.summary().logLoss())
                .isEqualTo(model.summary().singleLogLosses().get("better"));
        // The other's column is not read: nulls in it do no harm.
        Dataset<Row> without = frame.withColumn(
                "worse",
                org.apache.spark.sql.functions.when(org.apache.spark.sql.functions.lit(false), frame.col("worse")));
        assertThat(model.transform(without).select("probability").collectAsList())
                .isEqualTo(frame.select("better").collectAsList());
    }

    @Test
    void inAPipelineSavedAndLoaded(@TempDir Path folder) throws Exception {
        Dataset<Row> frame = Samples.classes(300, 0, 3, false);
        Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {
            new KfacClassifier()
                    .setRegParam(0.01)
                    .setProbabilityCol("kfac")
                    .setRawPredictionCol("r1")
                    .setPredictionCol("c1"),
            new RandomForestClassifier()
                    .setNumTrees(5)
                    .setSeed(1)
                    .setProbabilityCol("forest")
                    .setRawPredictionCol("r2")
                    .setPredictionCol("c2"),
            new LogisticRegression()
                    .setRegParam(1)
                    .setProbabilityCol("flat")
                    .setRawPredictionCol("r3")
                    .setPredictionCol("c3"),
            blend("kfac", "forest", "flat").setWeightCol("weight")
        });
        pipeline.save(folder.resolve("pipeline").toString());
        PipelineModel model =
                Pipeline.load(folder.resolve("pipeline").toString()).fit(frame);
        SimplexBlendModel blend = (SimplexBlendModel) model.stages()[3];
        assertThat(blend.summary().converged()).isTrue();
        model.save(folder.resolve("model").toString());
        PipelineModel back = PipelineModel.load(folder.resolve("model").toString());
        SimplexBlendModel loaded = (SimplexBlendModel) back.stages()[3];
        assertThat(loaded.weights()).containsExactly(blend.weights());
        assertThat(loaded.explainParams()).isEqualTo(blend.explainParams());
        assertThat(loaded.hasSummary()).isFalse();
        assertThat(back.transform(frame).orderBy("id").collectAsList())
                .isEqualTo(model.transform(frame).orderBy("id").collectAsList());
        assertThat(model.transform(frame).where("prediction = label").count()).isGreaterThan(150);
        assertThat(blend.copy(org.apache.spark.ml.param.ParamMap.empty()).summary())
                .isEqualTo(blend.summary());
    }

    @Test
    void outputColumnsCanBeLeftOut() {
        Dataset<Row> frame = frame(planted(60), COLUMNS);
        SimplexBlendModel model = blend(COLUMNS).setProbabilityCol("").fit(frame);
        Dataset<Row> scored = model.transform(frame);
        assertThat(scored.columns()).doesNotContain("probability").contains("prediction");
        SimplexBlendModel both = blend(COLUMNS).fit(frame);
        assertThat(scored.select("prediction").collectAsList())
                .isEqualTo(both.transform(frame).select("prediction").collectAsList());
        assertThat(both.setPredictionCol("").transform(frame).columns())
                .contains("probability")
                .doesNotContain("prediction");
    }

    @Test
    void whatCannotBeBlendedIsRefusedByName() {
        Vector good = Vectors.dense(0.5, 0.5);
        assertRefused("which is no probability", RowFactory.create(1.0, 1.0, Vectors.dense(-3, 3)));
        assertRefused("which is no probability", RowFactory.create(0.0, 1.0, Vectors.dense(Double.NaN, 1)));
        assertRefused("indices of classes", RowFactory.create(0.5, 1.0, good));
        assertRefused("indices of classes", RowFactory.create(-1.0, 1.0, good));
        assertRefused("without a label", RowFactory.create(null, 1.0, good));
        assertRefused("without a vector", RowFactory.create(1.0, 1.0, null));
        assertRefused("of weight -1", RowFactory.create(1.0, -1.0, good));
        assertRefused("none has a label", RowFactory.create(2.0, 1.0, good));
        assertRefused("none has a label", RowFactory.create(1.0, 0.0, good));
        Dataset<Row> frame = frame(List.of(RowFactory.create(1.0, 1.0, good)), "p");
        assertThatThrownBy(() -> blend("label").fit(frame)).hasMessageContaining("label");
        assertThatThrownBy(() -> blend("p", "p")).hasMessageContaining("probabilityCols");
        assertThatThrownBy(SimplexBlendTest::blend).hasMessageContaining("probabilityCols");
        assertThatThrownBy(() -> blend("none").fit(frame)).hasMessageContaining("none");
    }

    private static void assertRefused(String reason, Row row) {
        Dataset<Row> frame = frame(List.of(row), "p");
        assertThatThrownBy(() -> blend("p").setWeightCol("weight").fit(frame))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining(reason)
                .hasMessageContaining("Remedy");
    }
}
