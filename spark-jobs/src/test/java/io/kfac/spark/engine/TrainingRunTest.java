package io.kfac.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kfac.curvature.FisherKind;
import io.kfac.family.Categorical;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.objective.CancelledException;
import io.kfac.objective.Penalty;
import io.kfac.optimizer.AdaptiveOptions;
import io.kfac.optimizer.FixedRateOptions;
import io.kfac.optimizer.Momentum;
import io.kfac.optimizer.Refresh;
import io.kfac.optimizer.StepReport;
import io.kfac.optimizer.TrainingListener;
import io.kfac.optimizer.TrainingOptions;
import io.kfac.spark.data.DataOptions;
import io.kfac.spark.data.EmbeddedDigits;
import io.kfac.spark.data.HoldOut;
import io.kfac.spark.data.TrainingData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainingRunTest {
    private static final SparkSession SPARK = SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .getOrCreate();
    private static final Network NETWORK =
            Network.mlp(64, List.of(20), 10, Activation.TANH, new Categorical(), Precision.FLOAT);
    private static final OptimizerSpec KFAC = new AdaptiveSpec(
            new KroneckerMetric(FisherKind.SAMPLED, 0.95),
            new AdaptiveOptions(500, 0.25, new Refresh.Every(5), Double.NaN));

    @Test
    void equalSeedsGiveEqualBits() {
        TrainingRun.Outcome first = train(8, KFAC, report -> {});
        TrainingRun.Outcome second = train(8, KFAC, report -> {});
        assertThat(second.result().parameters().toArray())
                .containsExactly(first.result().parameters().toArray());
        assertThat(second.test().orElseThrow().loss())
                .isEqualTo(first.test().orElseThrow().loss());
        assertThat(first.train().orElseThrow().accuracy()).isGreaterThan(0.9);
    }

    /** Few steps of the digits, each of about four jobs; first-order methods would not be near that after as many. */
    @ParameterizedTest
    @EnumSource(
            value = Preset.class,
            names = {"TRUST_REGION", "HESSIAN_FREE"})
    void stepsThatAreSolvedForTrainInFewSteps(Preset preset) {
        List<StepReport> reports = new ArrayList<>();
        TrainingRun.Outcome outcome = train(12, preset.of(NETWORK), reports::add);
        assertThat(outcome.train().orElseThrow().accuracy()).isGreaterThan(0.9);
        StepReport last = reports.get(reports.size() - 1);
        assertThat(last.totalJobs() / last.step()).isLessThanOrEqualTo(6);
        if (preset == Preset.TRUST_REGION) {
            double radius =
                    ((TruncatedSpec) preset.of(NETWORK)).options().region().radius();
            assertThat(reports).allMatch(report -> report.measuredKl() <= radius * (1 + 1e-6));
        }
    }

    @Test
    void theSessionIsLeftAsItWas() {
        SparkContext context = SPARK.sparkContext();
        Dataset<Long> theirs = SPARK.range(100).persist();
        assertThat(theirs.count()).isEqualTo(100);
        context.setLocalProperty("spark.job.description", "theirs");
        try {
            Snapshot before = Snapshot.of(context);
            train(3, KFAC, report -> {});
            assertThat(Snapshot.of(context)).isEqualTo(before);
            assertThatThrownBy(() -> train(3, KFAC, report -> {
                        throw new IllegalStateException("listener");
                    }))
                    .hasMessage("listener");
            assertThat(Snapshot.of(context)).isEqualTo(before);
            assertThat(theirs.storageLevel().useMemory()).isTrue();
            assertThat(context.isStopped()).isFalse();
        } finally {
            context.setLocalProperty("spark.job.description", null);
            theirs.unpersist();
        }
    }

    /** What of a session a run could change. */
    private record Snapshot(Set<Integer> persisted, Map<String, String> settings, Properties properties) {
        static Snapshot of(SparkContext context) {
            return new Snapshot(
                    Set.copyOf(JavaSparkContext.fromSparkContext(context)
                            .getPersistentRDDs()
                            .keySet()),
                    scala.jdk.javaapi.CollectionConverters.asJava(SPARK.conf().getAll()),
                    (Properties) context.getLocalProperties().clone());
        }
    }

    @Test
    void stoppingKeepsTheLastFinishedStep() {
        try (TrainingData.Split rows = digits()) {
            TrainingRun run = run(1_000, KFAC);
            TrainingRun.Outcome outcome = run.run(rows.train(), Optional.of(rows.test()), report -> {
                if (report.step() == 2) {
                    run.stop();
                }
            });
            assertThat(outcome.stopped()).isTrue();
            assertThat(outcome.result().steps()).isGreaterThanOrEqualTo(2).isLessThan(5);
            // Whoever stops a run does not wait for passes over all rows.
            assertThat(outcome.train()).isEmpty();
            assertThat(outcome.test()).isEmpty();
        }
    }

    @Test
    void stoppingBeforeTheFirstStepKeepsNothing() {
        try (TrainingData.Split rows = digits()) {
            TrainingRun run = run(1_000, KFAC);
            run.stop();
            assertThatThrownBy(() -> run.run(rows.train(), Optional.empty(), report -> {}))
                    .isInstanceOf(CancelledException.class)
                    .hasMessageContaining("before the first step");
        }
    }

    @Test
    void cancellingTheGroupIsStopping() {
        SparkContext context = SPARK.sparkContext();
        context.setJobGroup("mine", "mine", false);
        try (TrainingData.Split rows = digits()) {
            TrainingRun run = run(
                    1_000,
                    new FixedRateSpec(
                            new AdamMetric(0.999),
                            FixedRateOptions.plain(64, 1e-3, 1e-8, new Momentum.GradientAverage(0.9))));
            Thread canceller = new Thread(() -> {
                // Until one hits a job that is running.
                try {
                    while (true) {
                        context.cancelJobGroup("mine");
                        Thread.sleep(2);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            TrainingRun.Outcome outcome = run.run(rows.train(), Optional.empty(), report -> {
                if (report.step() == 3) {
                    canceller.start();
                }
            });
            canceller.interrupt();
            assertThat(outcome.stopped()).isTrue();
            assertThat(outcome.result().steps()).isGreaterThanOrEqualTo(3);
        } finally {
            context.clearJobGroup();
        }
    }

    @Test
    void twoRunsAtOnceDoNotMix() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            double[] alone = train(6, KFAC, report -> {}).result().parameters().toArray();
            Future<TrainingRun.Outcome> one = threads.submit(() -> train(6, KFAC, report -> {}));
            Future<TrainingRun.Outcome> two = threads.submit(() -> train(6, KFAC, report -> {}));
            assertThat(one.get().result().parameters().toArray()).containsExactly(alone);
            assertThat(two.get().result().parameters().toArray()).containsExactly(alone);
        } finally {
            threads.shutdown();
        }
    }

    private static TrainingRun.Outcome train(int steps, OptimizerSpec spec, TrainingListener listener) {
        try (TrainingData.Split rows = digits()) {
            return run(steps, spec).run(rows.train(), Optional.of(rows.test()), listener);
        }
    }

    private static TrainingRun run(int steps, OptimizerSpec spec) {
        return new TrainingRun(NETWORK, spec, new Penalty(1e-4), TrainingOptions.defaults(steps, 3, 0.1));
    }

    private static TrainingData.Split digits() {
        return TrainingData.loadSplit(EmbeddedDigits.read(SPARK), DataOptions.defaults(), new HoldOut(0.2, 3));
    }
}
