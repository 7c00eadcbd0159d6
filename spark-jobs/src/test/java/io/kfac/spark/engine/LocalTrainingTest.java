package io.kfac.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.batch.MiniBatch;
import io.kfac.batch.Targets;
import io.kfac.family.Categorical;
import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.FloatMatrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.objective.Penalty;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.optimizer.FixedRateOptions;
import io.kfac.optimizer.KlLimit;
import io.kfac.optimizer.LearningRate;
import io.kfac.optimizer.LocalRound;
import io.kfac.optimizer.LocalTotals;
import io.kfac.optimizer.Momentum;
import io.kfac.optimizer.Optimizer;
import io.kfac.optimizer.StepReport;
import io.kfac.optimizer.TrainingListener;
import io.kfac.optimizer.TrainingOptions;
import io.kfac.spark.data.DataOptions;
import io.kfac.spark.data.EmbeddedDigits;
import io.kfac.spark.data.Table;
import io.kfac.spark.data.TrainingData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Local steps on the digits. */
class LocalTrainingTest {
    private static final SparkSession SPARK = SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .getOrCreate();
    private static final Network NETWORK =
            Network.mlp(64, List.of(20), 10, Activation.TANH, new Categorical(), Precision.FLOAT);
    private static final int PARTITIONS = 3;
    private static final int STEPS = 10;

    private static LocalSpec spec(Preset preset, int steps) {
        FixedRateSpec each = (FixedRateSpec) preset.of(NETWORK, TrainingMode.LOCAL.control());
        var o = each.options();
        return new LocalSpec(
                new FixedRateSpec(
                        each.metric(),
                        new FixedRateOptions(
                                50,
                                o.rate(),
                                o.damping(),
                                o.momentum(),
                                o.klLimit(),
                                o.decay(),
                                o.statisticsEvery(),
                                o.refresh())),
                steps,
                PARTITIONS);
    }

    /** Sorted by label: what a table exported from elsewhere often is. */
    private static TrainingData sorted() {
        DataOptions defaults = DataOptions.defaults();
        DataOptions options = defaults.with(defaults.blocks().withPartitions(PARTITIONS));
        return TrainingData.load(Table.of(EmbeddedDigits.read(SPARK).frame().orderBy("label")), options);
    }

    @ParameterizedTest
    @EnumSource(
            value = Preset.class,
            names = {"TRUST_REGION", "HESSIAN_FREE", "L_BFGS"},
            mode = EnumSource.Mode.EXCLUDE)
    void equalSeedsGiveEqualBitsAndARoundIsAStepReport(Preset preset) {
        List<StepReport> reports = new ArrayList<>();
        double[] first = train(preset, reports);
        assertThat(train(preset, new ArrayList<>())).containsExactly(first);
        assertThat(reports).hasSize(6);
        assertThat(reports)
                .extracting(StepReport::local)
                .containsOnly(Optional.of(new LocalRound(STEPS, PARTITIONS, 0, 0)));
        assertThat(reports.get(5).loss()).isLessThan(0.7 * reports.get(0).loss());
        assertThat(reports).allMatch(report -> report.measuredKl() > 0);
        boolean alone =
                Set.of(Preset.ADAM, Preset.ADAMW, Preset.SGD, Preset.NESTEROV).contains(preset);
        assertThat(reports.get(5).totalJobs()).isEqualTo(alone ? 6 : 1 + 6);
        assertThat(reports.get(5).totalBytes()).isPositive();
    }

    private static double[] train(Preset preset, List<StepReport> reports) {
        try (TrainingData data = sorted()) {
            return new TrainingRun(NETWORK, spec(preset, STEPS), new Penalty(1e-4), TrainingOptions.defaults(6, 3, 0.1))
                    .run(data, Optional.empty(), reports::add)
                    .result()
                    .parameters()
                    .toArray();
        }
    }

    /** What is many times too fast for averages to make sense is held back, and told of; what nobody limits is not. */
    @ParameterizedTest
    @EnumSource(
            value = Preset.class,
            names = {"KFAC_CLIPPED", "SHAMPOO", "ADAM", "ADAMW", "SGD", "NESTEROV"})
    void aRateFarTooHighIsHeldBack(Preset preset) {
        LocalSpec usual = spec(preset, STEPS);
        FixedRateOptions options = usual.each().options();
        double rate = 1_000 * options.rate().peak();
        FixedRateSpec wild = new FixedRateSpec(
                usual.each().metric(),
                options.at(new LearningRate.Constant(rate)).clippedAt(Double.POSITIVE_INFINITY));
        LocalTotals held = totals(new LocalSpec(wild, STEPS, PARTITIONS));
        assertThat(held.turns()).isEqualTo(3L * PARTITIONS);
        assertThat(held.dropped() + held.scaledBack()).isPositive();
        LocalTotals free = totals(new LocalSpec(wild, STEPS, PARTITIONS, KlLimit.NONE));
        assertThat(free.scaledBack()).isZero();
    }

    private static LocalTotals totals(LocalSpec spec) {
        try (TrainingData data = sorted()) {
            return new TrainingRun(NETWORK, spec, new Penalty(0), TrainingOptions.defaults(3, 3, 0))
                    .run(data, Optional.empty(), report -> {})
                    .local();
        }
    }

    /** As of synchronous steps: of the statistics on the driver, and of the direction that workers take. */
    @Test
    void theLogHasSpectraAndProbes(@TempDir Path scratch) throws Exception {
        Path file = scratch.resolve("run.jsonl");
        try (TrainingData data = sorted();
                SparkObjective aside = new SparkObjective(
                        NETWORK, data.blocks(), data.summary().rows(), "probing");
                RunLog log = new RunLog(
                        new org.apache.hadoop.fs.Path(file.toUri()), new Configuration(), System::nanoTime)) {
            Probes probes = new Probes(aside, new Penalty(0), log, new StopClock(System::nanoTime));
            TrainingListener both = new TrainingListener() {
                @Override
                public void onStart(Optimizer optimizer) {
                    log.onStart(optimizer);
                    probes.onStart(optimizer);
                }

                @Override
                public void onStep(StepReport report) {
                    log.onStep(report);
                    probes.onStep(report);
                }
            };
            new TrainingRun(
                            NETWORK,
                            spec(Preset.KFAC_CLIPPED, STEPS),
                            new Penalty(0),
                            TrainingOptions.defaults(5, 3, 0))
                    .run(data, Optional.empty(), both);
            log.end("finished", "", 10);
        }
        List<String> lines = Files.readAllLines(file);
        assertThat(lines)
                .filteredOn(line -> line.contains("\"factor\":\"layer 1, A\""))
                .isNotEmpty();
        List<String> probed =
                lines.stream().filter(line -> line.startsWith("{\"probe\"")).toList();
        assertThat(probed).hasSize(1);
        assertThat(Json.parse(probed.get(0)).at("/probe/cosine").doubleValue()).isBetween(0.3, 1.0);
    }

    /** Our loader spreads rows by hash, whatever their order: workers are alike, and averages make sense. */
    @Test
    void aSortedTableTrainsAsWellAsAnyThroughOurLoaderAndWouldNotAsItIs() {
        try (TrainingData data = sorted()) {
            double ours = loss(data.blocks(), data.summary().rows());
            double asItIs = loss(byLabel(data.blocks()), data.summary().rows());
            assertThat(ours).isLessThan(0.2);
            assertThat(asItIs).isGreaterThan(3 * ours);
        }
    }

    private static double loss(JavaRDD<MiniBatch> blocks, long rows) {
        try (SparkObjective objective = new SparkObjective(NETWORK, blocks, rows, "test")) {
            FixedRateSpec bold = new FixedRateSpec(
                    Preset.KFAC_CLIPPED.of(NETWORK).metric(),
                    FixedRateOptions.plain(50, 0.3, 1e-3, new Momentum.HeavyBall(0.9))
                            .clippedAt(1e-3)
                            .every(5, 20));
            Optimizer optimizer = new LocalSpec(bold, 50, PARTITIONS)
                    .create(new OptimizerSpec.Start(NETWORK, NETWORK.initialParameters(1), new Penalty(0), 1, 0, rows));
            for (int round = 0; round < 3; round++) {
                optimizer.step(objective);
            }
            return objective
                    .evaluate("loss", new Query(optimizer.parameters(), RowSelection.all(), Request.loss()))
                    .meanLoss();
        }
    }

    /** The same rows in partitions of one label after another. */
    private static JavaRDD<MiniBatch> byLabel(JavaRDD<MiniBatch> blocks) {
        record Row(float[] features, int label, long id) {}

        List<Row> rows = new ArrayList<>();
        for (MiniBatch block : blocks.collect()) {
            FloatMatrix x = (FloatMatrix) ((DenseFeatures) block.features()).matrix();
            for (int i = 0; i < block.rows(); i++) {
                float[] features = new float[x.cols()];
                System.arraycopy(x.data(), x.offset() + i * x.stride(), features, 0, x.cols());
                rows.add(new Row(features, ((Targets.Classes) block.targets()).labels()[i], block.rowIds()[i]));
            }
        }
        rows.sort(Comparator.comparingInt(Row::label));
        List<MiniBatch> parts = new ArrayList<>();
        for (int p = 0; p < PARTITIONS; p++) {
            List<Row> part = rows.subList(rows.size() * p / PARTITIONS, rows.size() * (p + 1) / PARTITIONS);
            int cols = part.get(0).features().length;
            float[] x = new float[part.size() * cols];
            for (int i = 0; i < part.size(); i++) {
                System.arraycopy(part.get(i).features(), 0, x, i * cols, cols);
            }
            parts.add(new MiniBatch(
                    new DenseFeatures(new FloatMatrix(x, 0, part.size(), cols, cols)),
                    new Targets.Classes(part.stream().mapToInt(Row::label).toArray()),
                    new double[0],
                    part.stream().mapToLong(Row::id).toArray()));
        }
        return JavaSparkContext.fromSparkContext(SPARK.sparkContext()).parallelize(parts, PARTITIONS);
    }

    /** On the wire a round is what the plan said: point, momentum and factors out, ways and momentum back. */
    @ParameterizedTest
    @EnumSource(
            value = Preset.class,
            names = {"NATURAL", "NATURAL_BLOCKS", "DIAGONAL", "SHAMPOO", "ADAM", "SGD"})
    void thePlanKnowsWhatARoundSends(Preset preset) {
        List<StepReport> reports = new ArrayList<>();
        LocalSpec spec = spec(preset, STEPS);
        try (TrainingData data = sorted()) {
            new TrainingRun(NETWORK, spec, new Penalty(0), TrainingOptions.defaults(2, 3, 0))
                    .run(data, Optional.empty(), reports::add);
            Plan plan = Plan.of(
                    NETWORK,
                    spec,
                    new Plan.Workload(
                            data.summary().rows(), PARTITIONS, 2, data.summary().bytes()));
            long planned = plan.broadcastBytes() + PARTITIONS * plan.answerBytes();
            assertThat((double) reports.get(1).cost().bytes())
                    .isCloseTo((double) planned, within(0.01 * (double) planned));
        }
    }

    @Test
    void theNumberOfLocalStepsFollowsFromShapes() {
        FixedRateSpec kfac = spec(Preset.KFAC_CLIPPED, 1).each();
        Network wide = Network.mlp(784, List.of(500), 10, Activation.TANH, new Categorical(), Precision.FLOAT);
        Plan.Workload many = new Plan.Workload(10_000_000, 8, 8, 0);
        int small = LocalChoice.steps(NETWORK, kfac, many);
        int large = LocalChoice.steps(wide, kfac, many);
        assertThat(small).isGreaterThan(large);
        assertThat(large).isGreaterThan(1);
        // Half an epoch of 1,000 rows each, in steps of 50.
        assertThat(LocalChoice.steps(NETWORK, kfac, new Plan.Workload(8_000, 8, 8, 0)))
                .isEqualTo(8);
    }
}
