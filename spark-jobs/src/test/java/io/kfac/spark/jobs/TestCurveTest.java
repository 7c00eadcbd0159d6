package io.kfac.spark.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kfac.curvature.FisherKind;
import io.kfac.family.Categorical;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.objective.Penalty;
import io.kfac.optimizer.AdaptiveOptions;
import io.kfac.optimizer.Optimizer;
import io.kfac.optimizer.Refresh;
import io.kfac.optimizer.StepReport;
import io.kfac.optimizer.TrainingListener;
import io.kfac.optimizer.TrainingOptions;
import io.kfac.spark.data.DataOptions;
import io.kfac.spark.data.EmbeddedDigits;
import io.kfac.spark.data.HoldOut;
import io.kfac.spark.data.Table;
import io.kfac.spark.data.TrainingData;
import io.kfac.spark.engine.AdaptiveSpec;
import io.kfac.spark.engine.Json;
import io.kfac.spark.engine.KroneckerMetric;
import io.kfac.spark.engine.OptimizerSpec;
import io.kfac.spark.engine.RunLog;
import io.kfac.spark.engine.StopClock;
import io.kfac.spark.engine.TrainingRun;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestCurveTest {
    private static final SparkSession SPARK = SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .getOrCreate();
    private static final Network NETWORK =
            Network.mlp(64, List.of(20), 10, Activation.TANH, new Categorical(), Precision.FLOAT);
    private static final OptimizerSpec KFAC = new AdaptiveSpec(
            new KroneckerMetric(FisherKind.SAMPLED, 0.95),
            new AdaptiveOptions(500, 0.25, new Refresh.Every(5), Double.NaN));

    /** More than wait together. */
    private static final int STEPS = 30;

    @TempDir
    private Path scratch;

    /** Nanoseconds. */
    private double now = 1e9;

    /** A run whose every step is looked at, as its time grows by a third a step. */
    private TrainingRun.Outcome train(LoadedTables tables) {
        StopClock clock = new StopClock(() -> (long) now);
        try (RunLog log = new RunLog(
                        new org.apache.hadoop.fs.Path(
                                scratch.resolve("run.jsonl").toUri()),
                        new Configuration(),
                        clock);
                TestCurve curve = new TestCurve(tables, NETWORK, log, clock)) {
            TrainingListener timed = new TrainingListener() {
                @Override
                public void onStart(Optimizer started) {
                    curve.onStart(started);
                }

                @Override
                public void onStep(StepReport report) {
                    now *= 4 / 3.0;
                    curve.onStep(report);
                }
            };
            TrainingRun.Outcome outcome = new TrainingRun(
                            NETWORK, KFAC, new Penalty(1e-4), TrainingOptions.defaults(STEPS, 3, 0))
                    .run(tables.train(), Optional.empty(), timed);
            curve.finish(outcome);
            return outcome;
        }
    }

    private List<JsonNode> looks() throws Exception {
        List<JsonNode> looks = new ArrayList<>();
        for (String line : Files.readAllLines(scratch.resolve("run.jsonl"))) {
            looks.add(Json.parse(line).get("look"));
        }
        return looks;
    }

    @Test
    void everyLookIsJudgedOnceInItsOrder() throws Exception {
        try (TrainingData.Split rows =
                TrainingData.loadSplit(EmbeddedDigits.read(SPARK), DataOptions.defaults(), new HoldOut(0.2, 3))) {
            train(new LoadedTables(rows.train(), Optional.of(rows.test())));
        }
        List<JsonNode> looks = looks();
        assertThat(looks).hasSize(STEPS);
        for (int step = 1; step <= STEPS; step++) {
            assertThat(looks.get(step - 1).get("step").intValue()).isEqualTo(step);
        }
        assertThat(looks.get(STEPS - 1).get("testAccuracy").doubleValue()).isGreaterThan(0.85);
    }

    /** Of another width than the network's: the first look fails in its tasks. */
    @Test
    void trainingGoesOnWithoutATestTableThatFails() throws Exception {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream err = System.err;
        Table narrow = Table.of(SPARK.range(100).selectExpr("sin(id) as x", "cast(id % 10 as int) as label"));
        try (TrainingData train = TrainingData.load(EmbeddedDigits.read(SPARK), DataOptions.defaults());
                TrainingData test = TrainingData.load(narrow, DataOptions.defaults())) {
            System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
            TrainingRun.Outcome outcome = train(new LoadedTables(train, Optional.of(test)));
            assertThat(outcome.result().steps()).isEqualTo(STEPS);
            assertThat(outcome.train().orElseThrow().accuracy()).isGreaterThan(0.9);
        } finally {
            System.setErr(err);
        }
        assertThat(said.toString(StandardCharsets.UTF_8))
                .containsOnlyOnce("WARNING: the report's test curve goes no further: ");
        assertThat(looks()).isEmpty();
    }
}
