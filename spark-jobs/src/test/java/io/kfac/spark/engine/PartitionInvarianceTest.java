package io.kfac.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kfac.batch.MiniBatch;
import io.kfac.batch.Targets;
import io.kfac.curvature.FisherKind;
import io.kfac.family.Categorical;
import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.CancelledException;
import io.kfac.objective.InMemoryObjective;
import io.kfac.objective.Objective;
import io.kfac.objective.Penalty;
import io.kfac.objective.Query;
import io.kfac.objective.QueryBatch;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.optimizer.AdaptiveOptions;
import io.kfac.optimizer.FixedRateOptions;
import io.kfac.optimizer.Momentum;
import io.kfac.optimizer.Optimizer;
import io.kfac.optimizer.Refresh;
import io.kfac.optimizer.TruncatedOptions;
import io.kfac.preconditioner.ShampooPreconditioner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The central test: in memory = 1 = 2 = 7 partitions, for every optimizer, mini-batches included. */
class PartitionInvarianceTest {
    private static final Network NETWORK =
            Network.mlp(4, List.of(5), 3, Activation.TANH, new Categorical(), Precision.DOUBLE);
    private static final int ROWS = 1_400;
    private static final int STEPS = 3;
    private static final double TOLERANCE = 1e-9;

    private static SparkSession spark;

    @BeforeAll
    static void start() {
        spark = SparkSession.builder()
                .master("local[2]")
                .appName("partitions")
                .config("spark.ui.enabled", "false")
                .getOrCreate();
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    /** Every preset, with batches that are small enough for the rows; and blocks that cut layers, roots that are refreshed. */
    private static final Map<String, OptimizerSpec> OPTIMIZERS = optimizersByName();

    private static Map<String, OptimizerSpec> optimizersByName() {
        Map<String, OptimizerSpec> all = new TreeMap<>();
        for (Preset preset : Preset.values()) {
            all.put(preset.key(), small(preset.of(NETWORK)));
        }
        ShampooPreconditioner.Options blocks =
                new ShampooPreconditioner.Options(ShampooPreconditioner.Sides.TWO, 0.9, 3);
        FixedRateOptions rate = FixedRateOptions.plain(300, 0.01, 1e-8, new Momentum.GradientAverage(0.9));
        all.put("shampoo-blocks", fixed(new ShampooMetric(blocks, ShampooMetric.Graft.NONE, 0), rate));
        all.put("shampoo-sgd", fixed(new ShampooMetric(blocks, ShampooMetric.Graft.SGD, 1), rate));
        AdaptiveOptions drift = new AdaptiveOptions(300, 1, new Refresh.Drift(1e-3), Double.NaN);
        all.put("blocks-exact", new AdaptiveSpec(new LayerBlockMetric(FisherKind.EXACT, 9), drift));
        all.put("ekfac-exact", new AdaptiveSpec(new EigenKroneckerMetric(FisherKind.EXACT, 0.9), drift));
        return all;
    }

    private static OptimizerSpec fixed(Metric metric, FixedRateOptions options) {
        return new FixedRateSpec(metric, options);
    }

    private static OptimizerSpec small(OptimizerSpec spec) {
        if (spec instanceof AdaptiveSpec adaptive) {
            return new AdaptiveSpec(adaptive.metric(), new AdaptiveOptions(300, 1, new Refresh.Every(2), Double.NaN));
        }
        if (spec instanceof FixedRateSpec fixed) {
            FixedRateOptions options = fixed.options();
            return fixed(
                    fixed.metric(),
                    new FixedRateOptions(
                            300,
                            options.rate(),
                            options.damping(),
                            options.momentum(),
                            options.klLimit(),
                            options.decay(),
                            Math.min(2, options.statisticsEvery()),
                            new Refresh.Every(2)));
        }
        if (spec instanceof TruncatedSpec truncated) {
            return new TruncatedSpec(
                    truncated.metric(),
                    new TruncatedOptions(300, 1, 4, 0.1, truncated.options().region()));
        }
        return spec;
    }

    private static Optimizer create(String name) {
        return OPTIMIZERS
                .get(name)
                .create(new OptimizerSpec.Start(NETWORK, NETWORK.initialParameters(3), new Penalty(1e-4), 3, 0, ROWS));
    }

    static List<String> optimizers() {
        return List.copyOf(OPTIMIZERS.keySet());
    }

    /** Consecutive blocks of the same rows, cut wherever the number of blocks wants it. */
    private static List<MiniBatch> blocks(int count) {
        List<MiniBatch> blocks = new ArrayList<>();
        for (int b = 0; b < count; b++) {
            int from = ROWS * b / count;
            int to = ROWS * (b + 1) / count;
            DoubleMatrix x = DoubleMatrix.zeros(to - from, 5);
            int[] labels = new int[to - from];
            long[] ids = new long[to - from];
            double[] weights = new double[to - from];
            for (int i = from; i < to; i++) {
                SplittableRandom random = new SplittableRandom(i);
                double[] row = {
                    random.nextDouble(-2, 2), random.nextDouble(-2, 2), random.nextDouble(-2, 2), random.nextDouble(), 1
                };
                x.setRow(i - from, row);
                labels[i - from] = row[0] + 0.3 * row[1] * row[2] > 0.5 ? 2 : row[3] > 0.5 ? 1 : 0;
                ids[i - from] = i;
                weights[i - from] = 1 + i % 3;
            }
            blocks.add(new MiniBatch(new DenseFeatures(x), new Targets.Classes(labels), weights, ids));
        }
        return blocks;
    }

    /** One block a partition, the last partition empty where there are seven. */
    private static JavaRDD<MiniBatch> spread(int partitions) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        int full = partitions == 7 ? 6 : partitions;
        List<MiniBatch> blocks = blocks(full);
        List<Integer> numbers = new ArrayList<>();
        for (int p = 0; p < partitions; p++) {
            numbers.add(p);
        }
        return context.parallelize(numbers, partitions)
                .mapPartitionsWithIndex(
                        (p, ignored) -> (p < blocks.size() ? List.of(blocks.get(p)) : List.<MiniBatch>of()).iterator(),
                        false);
    }

    private static double[] train(Objective objective, Optimizer optimizer) {
        for (int i = 0; i < STEPS; i++) {
            optimizer.step(objective);
        }
        optimizer.finish(objective);
        return optimizer.parameters().toArray();
    }

    private static double[] onSpark(int partitions, Optimizer optimizer) {
        try (SparkObjective objective = new SparkObjective(NETWORK, spread(partitions), ROWS, "test")) {
            return train(objective, optimizer);
        }
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void inMemoryIsOneTwoSevenPartitions(String name) {
        double[] inMemory = train(new InMemoryObjective(NETWORK, blocks(3)), create(name));
        assertThat(inMemory).isNotEqualTo(NETWORK.initialParameters(3).toArray());
        for (int partitions : new int[] {1, 2, 7}) {
            double[] spread = onSpark(partitions, create(name));
            for (int i = 0; i < inMemory.length; i++) {
                assertThat(spread[i]).isCloseTo(inMemory[i], within(TOLERANCE));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void aSecondRunHasTheSameBits(String name) {
        double[] first = onSpark(2, create(name));
        assertThat(onSpark(2, create(name))).containsExactly(first);
    }

    /** Rows that were brought to the driver give the bits that jobs give, and take one job. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void onTheDriverAreTheSameBits(int partitions) {
        Network linear =
                new Network(List.of(new Layer(4, 3, Activation.IDENTITY, true)), new Categorical(), Precision.DOUBLE);
        List<ExactSpec> exact = List.of(
                new ExactSpec.Newton(1e-12),
                new ExactSpec.QuasiNewton(1e-12, new IdentityMetric()),
                new ExactSpec.QuasiNewton(1e-12, new OutputBlockMetric()),
                new ExactSpec.TruncatedNewton(1e-12, new DiagonalMetric(FisherKind.EXACT)));
        for (ExactSpec spec : exact) {
            OptimizerSpec.Start start = new OptimizerSpec.Start(
                    linear, Parameters.zeros(linear, Precision.DOUBLE), new Penalty(1e-4), 3, 0, ROWS);
            try (SparkObjective jobs = new SparkObjective(linear, spread(partitions), ROWS, "test");
                    DriverObjective driver = new DriverObjective(linear, spread(partitions), ROWS, "test", 0)) {
                assertThat(driver.rows()).isEqualTo(jobs.rows());
                double[] expected = train(jobs, spec.create(start));
                assertThat(train(driver, spec.create(start))).as(spec.title()).containsExactly(expected);
                assertThat(driver.cost().jobs()).isEqualTo(1);
            }
        }
    }

    @Test
    void onTheDriverStopsBeforeTheNextPass() {
        Query query = new Query(NETWORK.initialParameters(3), RowSelection.all(), Request.loss());
        try (DriverObjective driver = new DriverObjective(NETWORK, spread(2), ROWS, "test", 0)) {
            assertThat(driver.evaluate("first", query).rows()).isEqualTo(ROWS);
            driver.cancel();
            assertThatThrownBy(() -> driver.evaluate("second", query)).isInstanceOf(CancelledException.class);
        }
    }

    @Test
    void whatRunsHoldOnTheDriverIsBounded() {
        long most = Runtime.getRuntime().maxMemory();
        assertThat(DriverObjective.reserve(most)).isFalse();
        assertThat(DriverObjective.reserve(most / 8)).isTrue();
        assertThat(DriverObjective.reserve(most / 8)).isFalse();
        new DriverObjective(NETWORK, spread(2), ROWS, "test", most / 8).close();
        assertThat(DriverObjective.reserve(most / 8)).isTrue();
        new DriverObjective(NETWORK, spread(2), ROWS, "test", most / 8).close();
    }

    /** Sums too large to collect are added by groups of partitions, in an order as fixed. */
    @Test
    void groupedSumsAreTheSame() {
        QueryBatch queries = new QueryBatch(
                NETWORK,
                List.of(new Query(NETWORK.initialParameters(3), RowSelection.all(), Request.lossAndGradient())));
        JavaRDD<MiniBatch> blocks = spread(7);
        OrderedSum.Task task = (asked, rows) -> new io.kfac.objective.Evaluator(asked.network()).evaluate(rows, asked);
        OrderedSum collecting = new OrderedSum(7);
        OrderedSum grouping = new OrderedSum(7, 2 * queries.answerBytes());
        assertThat(grouping.groups(queries.answerBytes())).isEqualTo(3);
        double[] collected = collecting.run(blocks, queries, task).sums().get(0).doubles();
        double[] grouped = grouping.run(blocks, queries, task).sums().get(0).doubles();
        for (int i = 0; i < collected.length; i++) {
            assertThat(grouped[i]).isCloseTo(collected[i], within(1e-10));
        }
        assertThat(grouping.run(blocks, queries, task).sums().get(0).doubles()).containsExactly(grouped);
    }

    @Test
    void theThreadsJobDescriptionIsWhatItWas() {
        spark.sparkContext().setJobDescription("theirs");
        onSpark(2, create("adam"));
        assertThat(spark.sparkContext().getLocalProperty("spark.job.description"))
                .isEqualTo("theirs");
        assertThat(spark.sparkContext().getLocalProperty("spark.jobGroup.id")).isNull();
        spark.sparkContext().setJobDescription(null);
    }

    @Test
    void twoFitsAtOnceDoNotDisturbEachOther() throws InterruptedException {
        double[] alone = onSpark(2, create("kfac"));
        List<double[]> found = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 2; t++) {
            Thread thread = new Thread(() -> found.add(onSpark(2, create("kfac"))));
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(found).hasSize(2);
        assertThat(found.get(0)).containsExactly(alone);
        assertThat(found.get(1)).containsExactly(alone);
    }
}
