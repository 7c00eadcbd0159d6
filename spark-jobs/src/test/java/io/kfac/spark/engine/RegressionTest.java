package io.kfac.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kfac.curvature.FisherKind;
import io.kfac.family.Binomial;
import io.kfac.family.Gamma;
import io.kfac.family.IndependentOutputs;
import io.kfac.family.NegativeBinomial;
import io.kfac.family.Normal;
import io.kfac.family.Poisson;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.objective.Evaluation;
import io.kfac.objective.InMemoryObjective;
import io.kfac.objective.Penalty;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.optimizer.AdaptiveOptions;
import io.kfac.optimizer.NewtonOptimizer;
import io.kfac.optimizer.Refresh;
import io.kfac.optimizer.TrainingOptions;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.data.BlockOptions;
import io.kfac.spark.data.Columns;
import io.kfac.spark.data.DataOptions;
import io.kfac.spark.data.EncodingOptions;
import io.kfac.spark.data.Table;
import io.kfac.spark.data.Target;
import io.kfac.spark.data.TrainingData;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Values as targets, from a table to predictions, by every head, with weights and offsets. */
class RegressionTest {
    private static final SparkSession SPARK = SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .getOrCreate();
    private static final int ROWS = 700;
    private static final OptimizerSpec NEWTON = new ExactSpec.Newton(1e-14);

    static Stream<IndependentOutputs> heads() {
        NegativeBinomial overdispersed = new NegativeBinomial(2.5);
        return Stream.of(
                new Normal().canonicalLink(),
                new Normal().logLink(),
                new Binomial().canonicalLink(),
                new Binomial().logLink(),
                new Poisson().canonicalLink(),
                new Gamma().canonicalLink(),
                new Gamma().logLink(),
                overdispersed.canonicalLink(),
                overdispersed.logLink());
    }

    private static Table table(IndependentOutputs head) {
        String y = head.distribution() instanceof Binomial ? "(id * id % 11) / 20" : "1 + (id * id % 11)";
        return Table.of(SPARK.range(0, ROWS, 1, 3)
                .selectExpr(
                        "id k", "sin(id) x", "0.5 * cos(2 * id) z", y + " y", "1 + id % 3 w", "-0.01 * (id % 4) o"));
    }

    private static DataOptions options(IndependentOutputs head, int partitions, boolean intercept) {
        return DataOptions.defaults()
                .with(Target.value("y", head.distribution()))
                .with(Columns.all().withId("k").withWeight("w").withOffset("o"))
                .with(EncodingOptions.defaults().withStandardize(false))
                .with(BlockOptions.defaults()
                        .withPrecision(Precision.DOUBLE)
                        .withPartitions(partitions)
                        .withIntercept(intercept)
                        .withRows(64));
    }

    private static Network linear(IndependentOutputs head, boolean intercept) {
        return new Network(List.of(new Layer(2, 1, Activation.IDENTITY, intercept)), head, Precision.DOUBLE);
    }

    private static TrainingRun.Outcome train(Network network, OptimizerSpec spec, TrainingData data, int steps) {
        return new TrainingRun(network, spec, new Penalty(0), TrainingOptions.defaults(steps, 1, 0))
                .run(data, Optional.empty(), report -> {});
    }

    private static TrainedModel model(Network network, TrainingData data, TrainingRun.Outcome outcome) {
        return new TrainedModel(
                network, outcome.result().parameters(), data.encoding(), new TrainedModel.Origin("newton", 1, ROWS, 1));
    }

    /** In memory = 1 = 2 = 7 partitions, for two steps: near the optimum a step more or less is a matter of rounding. */
    @ParameterizedTest
    @MethodSource("heads")
    void newtonTakesTheSameStepsHoweverRowsArePartitioned(IndependentOutputs head) {
        Network network = linear(head, true);
        double[] reference = null;
        for (int partitions : new int[] {1, 2, 7}) {
            try (TrainingData data = TrainingData.load(table(head), options(head, partitions, true))) {
                reference = reference == null ? inMemory(network, data) : reference;
                TrainingRun.Outcome outcome = train(network, NEWTON, data, 2);
                double[] found = outcome.result().parameters().toArray();
                for (int j = 0; j < found.length; j++) {
                    assertThat(found[j]).isCloseTo(reference[j], within(1e-9));
                }
                Evaluation scores = outcome.train().orElseThrow();
                assertThat(scores.loss()).isLessThan(lossAtStart(network, data)).isPositive();
            }
        }
    }

    private static double[] inMemory(Network network, TrainingData data) {
        InMemoryObjective objective =
                new InMemoryObjective(network, data.blocks().collect());
        NewtonOptimizer optimizer = new NewtonOptimizer(
                network, StartingPoint.of(network, data, 1), new Penalty(0), RowSelection.all(), 1e-14, () -> 0L);
        for (int i = 0; i < 2; i++) {
            optimizer.step(objective);
        }
        return optimizer.settled().toArray();
    }

    private static double lossAtStart(Network network, TrainingData data) {
        return new InMemoryObjective(network, data.blocks().collect())
                .evaluate("test", new Query(StartingPoint.of(network, data, 1), RowSelection.all(), Request.loss()))
                .loss();
    }

    /** Sampled targets of counts, mini-batches, a hidden layer: the first steps agree however rows are partitioned. */
    @Test
    void deepNetsOfCountsToo() {
        IndependentOutputs head = new NegativeBinomial(2.5).logLink();
        Network network = Network.mlp(2, List.of(4), 1, Activation.TANH, head, Precision.DOUBLE);
        OptimizerSpec kfac = new AdaptiveSpec(
                new KroneckerMetric(FisherKind.SAMPLED, 0.95),
                new AdaptiveOptions(200, 1, new Refresh.Every(5), Double.NaN));
        double[] reference = null;
        for (int partitions : new int[] {1, 2, 7}) {
            try (TrainingData data = TrainingData.load(table(head), options(head, partitions, true))) {
                double[] found =
                        train(network, kfac, data, 3).result().parameters().toArray();
                reference = reference == null ? found : reference;
                for (int j = 0; j < found.length; j++) {
                    assertThat(found[j]).isCloseTo(reference[j], within(1e-9));
                }
            }
        }
    }

    @Test
    void predictionsAreMeansAndTakeOffsets() {
        IndependentOutputs head = new Poisson().canonicalLink();
        Network network = linear(head, true);
        try (TrainingData data = TrainingData.load(table(head), options(head, 2, true))) {
            TrainedModel model = model(network, data, train(network, NEWTON, data, 30));
            double[] b = model.parameters().toArray();
            Table more = Table.of(SPARK.range(0, 50).selectExpr("0.1 * id x", "0.2 z", "0.03 * id o"));
            Predictions.Layout layout = new Predictions.Layout(Optional.empty(), true, false);
            try (Predictions predictions = Predictions.of(SPARK, model, more, layout)) {
                List<Row> rows = predictions.frame().collectAsList();
                assertThat(rows).hasSize(50);
                assertThat(rows.get(0).schema().fieldNames()).containsExactly("x", "z", "o", "prediction");
                for (Row row : rows) {
                    double z = b[0] * row.getDecimal(0).doubleValue()
                            + b[1] * row.getDecimal(1).doubleValue()
                            + b[2]
                            + row.getDecimal(2).doubleValue();
                    assertThat(row.<Double>getAs("prediction")).isCloseTo(Math.exp(z), within(1e-12 * Math.exp(z)));
                }
            }
            Table without = Table.of(more.frame().drop("o"));
            assertThatThrownBy(() -> Predictions.of(SPARK, model, without, layout))
                    .isInstanceOf(BadInput.class)
                    .hasMessageContaining("offset column 'o'");
        }
    }

    @Test
    void withoutFeaturesThatMatterTheStartIsTheOptimum() {
        IndependentOutputs head = new Gamma().logLink();
        Table table = Table.of(SPARK.range(0, 100).selectExpr("id k", "0D x", "0D z", "500 + id % 2 y", "1 w", "0D o"));
        try (TrainingData data = TrainingData.load(table, options(head, 1, true))) {
            double[] start = StartingPoint.of(linear(head, true), data, 1).toArray();
            assertThat(start[0]).isZero();
            assertThat(start[1]).isZero();
            assertThat(start[2]).isCloseTo(Math.log(500.5), within(1e-12));
        }
    }

    @Test
    void aRestrictedLinkWithoutAnInterceptIsRefused() {
        IndependentOutputs head = new Gamma().canonicalLink();
        Table zeros = Table.of(table(head).frame().drop("o").selectExpr("*", "0D o"));
        try (TrainingData data = TrainingData.load(zeros, options(head, 2, false))) {
            assertThatThrownBy(() -> train(linear(head, false), NEWTON, data, 5))
                    .isInstanceOf(BadInput.class)
                    .hasMessageContaining("gamma outputs at 0.0")
                    .hasMessageContaining("model.link=log")
                    .hasMessageContaining("intercept");
        }
        // The log link starts anywhere, and offsets may be inside the domain.
        try (TrainingData data = TrainingData.load(zeros, options(head, 2, false))) {
            Network log = linear(new Gamma().logLink(), false);
            assertThat(train(log, NEWTON, data, 30).train().orElseThrow().loss())
                    .isFinite();
        }
        Table shifted = Table.of(zeros.frame().drop("o").selectExpr("*", "-1D o"));
        try (TrainingData data = TrainingData.load(shifted, options(head, 2, false))) {
            assertThat(StartingPoint.of(linear(head, false), data, 1).norm()).isZero();
        }
    }

    /** The best constant would put the row of the largest offset outside. */
    @Test
    void offsetsPushTheStartInside() {
        IndependentOutputs head = new Gamma().canonicalLink();
        Table wide = Table.of(table(head).frame().drop("o").selectExpr("*", "double(k % 2) o"));
        try (TrainingData data = TrainingData.load(wide, options(head, 2, true))) {
            double constant = StartingPoint.of(linear(head, true), data, 1).toArray()[2];
            assertThat(head.admits(constant + 1)).isTrue();
        }
    }

    @Test
    void aSharesDevianceIsNotTwiceItsLoss() {
        IndependentOutputs head = new Binomial().canonicalLink();
        Network network = linear(head, true);
        try (TrainingData data = TrainingData.load(table(head), options(head, 2, true))) {
            TrainingRun.Outcome outcome = train(network, NEWTON, data, 30);
            TrainedModel model = model(network, data, outcome);
            double deviance = 0;
            try (Predictions predictions =
                    Predictions.of(SPARK, model, table(head), new Predictions.Layout(Optional.empty(), false, false))) {
                for (Row row : predictions.frame().collectAsList()) {
                    double y = ((Number) row.getAs("y")).doubleValue();
                    double w = ((Number) row.getAs("w")).doubleValue();
                    deviance += head.deviance(
                            DoubleMatrix.of(1, 1, new double[] {row.<Double>getAs("prediction")}),
                            DoubleMatrix.of(1, 1, new double[] {y}),
                            new double[] {w});
                }
            }
            Evaluation scores = Scores.of(model, data);
            assertThat(scores.deviance())
                    .isCloseTo(deviance, within(1e-10 * deviance))
                    .isLessThan(scores.loss());
        }
    }
}
