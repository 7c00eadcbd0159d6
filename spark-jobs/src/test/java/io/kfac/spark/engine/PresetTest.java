package io.kfac.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kfac.batch.MiniBatch;
import io.kfac.family.Categorical;
import io.kfac.family.Poisson;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.InMemoryObjective;
import io.kfac.objective.Objective;
import io.kfac.objective.Penalty;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.optimizer.Optimizer;
import io.kfac.spark.data.DataOptions;
import io.kfac.spark.data.EmbeddedDigits;
import io.kfac.spark.data.EncodingOptions;
import io.kfac.spark.data.Table;
import io.kfac.spark.data.Target;
import io.kfac.spark.data.TrainingData;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every named optimizer on every kind of model, as it is where nobody says anything else. */
class PresetTest {
    private static final int STEPS = 12;
    private static final SparkSession SPARK = SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .getOrCreate();
    private static final List<MiniBatch> DIGITS = blocks(EmbeddedDigits.read(SPARK), DataOptions.defaults());
    private static final List<MiniBatch> COUNTS = blocks(
            Table.of(SPARK.range(0, 2_000, 1, 2)
                    .selectExpr("sin(id) x", "cos(2 * id) z", "floor(exp(1 + sin(id)) + id % 3) y")),
            DataOptions.defaults()
                    .with(Target.value("y"))
                    .with(EncodingOptions.defaults().withStandardize(false)));

    @AfterAll
    static void stop() {
        SPARK.stop();
    }

    private static List<MiniBatch> blocks(Table table, DataOptions options) {
        try (TrainingData data =
                TrainingData.load(table, options.with(options.blocks().withPrecision(Precision.DOUBLE)))) {
            return data.blocks().collect();
        }
    }

    @ParameterizedTest
    @EnumSource(Preset.class)
    void learnsWithHiddenLayers(Preset preset) {
        learns(preset, Network.mlp(64, List.of(8), 10, Activation.TANH, new Categorical(), Precision.DOUBLE), DIGITS);
    }

    @ParameterizedTest
    @EnumSource(Preset.class)
    void learnsASoftmaxRegression(Preset preset) {
        learns(preset, Network.softmax(64, 10), DIGITS);
    }

    @ParameterizedTest
    @EnumSource(Preset.class)
    void learnsAPoissonRegression(Preset preset) {
        learns(
                preset,
                Network.mlp(2, List.of(), 1, Activation.IDENTITY, new Poisson().canonicalLink(), Precision.DOUBLE),
                COUNTS);
    }

    private static void learns(Preset preset, Network network, List<MiniBatch> blocks) {
        Objective objective = new InMemoryObjective(network, blocks);
        Parameters start = network.initialParameters(1);
        Optimizer optimizer = preset.of(network)
                .create(new OptimizerSpec.Start(network, start, new Penalty(1e-4), 1, 0, objective.rows()));
        for (int i = 0; i < STEPS && optimizer.stalled().isEmpty(); i++) {
            optimizer.step(objective);
        }
        optimizer.finish(objective);
        assertThat(loss(objective, optimizer.settled())).isLessThan(0.999 * loss(objective, start));
    }

    private static double loss(Objective objective, Parameters at) {
        return objective
                .evaluate("test", new Query(at, RowSelection.all(), Request.loss()))
                .meanLoss();
    }
}
