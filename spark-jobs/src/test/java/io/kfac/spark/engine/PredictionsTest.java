package io.kfac.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kfac.curvature.FisherKind;
import io.kfac.family.Categorical;
import io.kfac.family.Gaussian;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.objective.Penalty;
import io.kfac.optimizer.AdaptiveOptions;
import io.kfac.optimizer.Refresh;
import io.kfac.optimizer.TrainingOptions;
import io.kfac.spark.data.DataOptions;
import io.kfac.spark.data.EmbeddedDigits;
import io.kfac.spark.data.Table;
import io.kfac.spark.data.Target;
import io.kfac.spark.data.TrainingData;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class PredictionsTest {
    private static final SparkSession SPARK = SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .getOrCreate();
    private static final Predictions.Layout ALL = new Predictions.Layout(Optional.empty(), false, false);

    @Test
    void predictionsAreWhatTheScoresCount() {
        Network network = Network.mlp(64, List.of(20), 10, Activation.RELU, new Categorical(), Precision.FLOAT);
        Table table = EmbeddedDigits.read(SPARK);
        try (TrainingData data = TrainingData.load(table, DataOptions.defaults())) {
            TrainedModel model = train(network, data, 5);
            double accuracy = Scores.of(model, data).accuracy();
            double[][] confusion = Scores.confusion(model, data);
            List<Row> rows = rows(model, table, ALL);
            assertThat(rows).hasSize((int) data.summary().rows());
            long right = rows.stream()
                    .filter(row -> row.<Integer>getAs("label").longValue() == row.<Long>getAs("prediction"))
                    .count();
            assertThat((double) right / rows.size()).isEqualTo(accuracy).isGreaterThan(0.9);
            double diagonal = 0;
            for (int k = 0; k < 10; k++) {
                diagonal += confusion[k][k];
            }
            assertThat(diagonal
                            / Arrays.stream(confusion)
                                    .flatMapToDouble(Arrays::stream)
                                    .sum())
                    .isEqualTo(accuracy);
            for (Row row : rows.subList(0, 20)) {
                List<Double> probabilities = row.getList(row.fieldIndex("probability"));
                assertThat(probabilities.stream().mapToDouble(p -> p).sum()).isCloseTo(1, within(1e-5));
                double most = probabilities.stream().mapToDouble(p -> p).max().orElseThrow();
                assertThat(probabilities.indexOf(most))
                        .isEqualTo(row.<Long>getAs("prediction").intValue());
            }
        }
    }

    @Test
    void oneOutputGivesTwoProbabilities() {
        Table table = Table.of(EmbeddedDigits.read(SPARK).frame().where("label < 2"));
        try (TrainingData data = TrainingData.load(table, DataOptions.defaults())) {
            TrainedModel model = train(
                    Network.mlp(64, List.of(), 1, Activation.IDENTITY, new io.kfac.family.Bernoulli(), Precision.FLOAT),
                    data,
                    3);
            Row row = rows(model, table, new Predictions.Layout(Optional.of("label"), true, false))
                    .get(0);
            assertThat(row.schema().fieldNames())
                    .containsExactly("label", "prediction", "probability_0", "probability_1");
            assertThat(row.getDouble(2) + row.getDouble(3)).isCloseTo(1, within(1e-12));
        }
    }

    @Test
    void autoencodersGiveLossesAndCodes() {
        Table table = EmbeddedDigits.read(SPARK);
        DataOptions options = DataOptions.defaults().with(new Target.Inputs(Optional.of("label")));
        Network network = Network.mlp(64, List.of(20, 3, 20), 64, Activation.TANH, new Gaussian(), Precision.FLOAT);
        try (TrainingData data = TrainingData.load(table, options)) {
            TrainedModel model = train(network, data, 3);
            List<Row> rows = rows(model, table, new Predictions.Layout(Optional.of("label"), false, true));
            double mean = rows.stream()
                    .mapToDouble(row -> row.<Double>getAs("loss"))
                    .average()
                    .orElseThrow();
            assertThat(mean).isCloseTo(Scores.of(model, data).meanLoss(), within(1e-4));
            assertThat(rows.get(0).getList(rows.get(0).fieldIndex("codes"))).hasSize(3);
        }
    }

    @Test
    void autoencodersDoWithoutALabelThatNobodyNamed() {
        Table table = EmbeddedDigits.read(SPARK);
        DataOptions options = DataOptions.defaults().with(Target.none());
        Network network = Network.mlp(64, List.of(5), 64, Activation.TANH, new Gaussian(), Precision.FLOAT);
        try (TrainingData data = TrainingData.load(table, options)) {
            assertThat(data.summary().ignored()).hasValue("label");
            TrainedModel model = train(network, data, 3);
            Table pixels = Table.of(table.frame().drop("label"));
            for (Table one : List.of(table, pixels)) {
                try (TrainingData again = TrainingData.load(one, options, model.encoding())) {
                    assertThat(again.summary().ignored()).isEmpty();
                    double loss = Scores.of(model, again).meanLoss();
                    assertThat(loss).isCloseTo(Scores.of(model, data).meanLoss(), within(1e-9));
                    List<Row> rows = rows(model, one, ALL);
                    assertThat(rows.stream()
                                    .mapToDouble(row -> row.<Double>getAs("loss"))
                                    .average()
                                    .orElseThrow())
                            .isCloseTo(loss, within(1e-4));
                }
            }
        }
    }

    @Test
    void aColumnThatIsThereIsNotReplaced() {
        Table table = EmbeddedDigits.read(SPARK);
        try (TrainingData data = TrainingData.load(table, DataOptions.defaults())) {
            TrainedModel model = softmax(table);
            Table scored = Table.of(
                    table.frame().withColumn("prediction", table.frame().col("label")));
            assertThatThrownBy(() -> Predictions.of(SPARK, model, scored, ALL).close())
                    .hasMessageContaining("'prediction'")
                    .hasMessageContaining("--id-column");
        }
    }

    @Test
    void columnsThatDifferInCaseOnlyAreOne() {
        String yes = "case when label < 3 then 'Yes' when label < 6 then 'yes' else 'no' end";
        Table table = Table.of(
                EmbeddedDigits.read(SPARK).frame().withColumn("label", org.apache.spark.sql.functions.expr(yes)));
        try (TrainingData data = TrainingData.load(table, DataOptions.defaults())) {
            TrainedModel model = train(
                    Network.mlp(64, List.of(), 3, Activation.IDENTITY, new Categorical(), Precision.FLOAT), data, 1);
            Predictions.Layout flat = new Predictions.Layout(Optional.of("label"), true, false);
            assertThatThrownBy(() -> Predictions.of(SPARK, model, table, flat).close())
                    .hasMessageContaining("'probability_yes'")
                    .hasMessageContaining("parquet");
            Table scored = Table.of(
                    table.frame().withColumn("Prediction", table.frame().col("label")));
            assertThatThrownBy(() -> Predictions.of(SPARK, model, scored, ALL).close())
                    .hasMessageContaining("'prediction'")
                    .hasMessageContaining("it has one");
        }
    }

    @Test
    void flatFilesHoldNoBytes() {
        Table table = EmbeddedDigits.read(SPARK);
        try (TrainingData data = TrainingData.load(table, DataOptions.defaults())) {
            TrainedModel model = softmax(table);
            Table raw = Table.of(table.frame().selectExpr("*", "cast('raw' as binary) as raw"));
            Predictions.Layout flat = new Predictions.Layout(Optional.empty(), true, false);
            assertThat(rows(model, raw, flat).get(0).schema().fieldNames())
                    .contains("label", "prediction")
                    .doesNotContain("raw");
        }
    }

    private static TrainedModel softmax(Table table) {
        DataOptions options = DataOptions.defaults();
        try (TrainingData data =
                TrainingData.load(table, options.with(options.blocks().withPrecision(Precision.DOUBLE)))) {
            return train(Network.softmax(64, 10), data, 1);
        }
    }

    private static List<Row> rows(TrainedModel model, Table table, Predictions.Layout layout) {
        try (Predictions predictions = Predictions.of(SPARK, model, table, layout)) {
            return predictions.frame().collectAsList();
        }
    }

    private static TrainedModel train(Network network, TrainingData data, int steps) {
        OptimizerSpec spec = new AdaptiveSpec(
                new KroneckerMetric(FisherKind.SAMPLED, 0.95),
                new AdaptiveOptions(1_000, 1, new Refresh.Every(5), Double.NaN));
        TrainingRun run = new TrainingRun(network, spec, new Penalty(0), TrainingOptions.defaults(steps, 1, 0));
        return new TrainedModel(
                network,
                run.run(data, Optional.empty(), report -> {}).result().parameters(),
                data.encoding(),
                new TrainedModel.Origin("kfac", steps, data.summary().rows(), 1));
    }
}
