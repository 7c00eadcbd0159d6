package io.kfac.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.batch.MiniBatch;
import io.kfac.batch.Targets;
import io.kfac.curvature.FisherKind;
import io.kfac.family.Categorical;
import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.objective.InMemoryObjective;
import io.kfac.objective.Objective;
import io.kfac.objective.Penalty;
import io.kfac.objective.Query;
import io.kfac.objective.QueryBatch;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.optimizer.AdaptiveOptimizer;
import io.kfac.optimizer.AdaptiveOptions;
import io.kfac.optimizer.FixedRateOptimizer;
import io.kfac.optimizer.FixedRateOptions;
import io.kfac.optimizer.Momentum;
import io.kfac.optimizer.Optimizer;
import io.kfac.optimizer.QuasiNewtonOptimizer;
import io.kfac.optimizer.Refresh;
import io.kfac.optimizer.RunOptions;
import io.kfac.optimizer.StepRegion;
import io.kfac.optimizer.TruncatedNaturalGradient;
import io.kfac.optimizer.TruncatedOptions;
import io.kfac.preconditioner.AdamPreconditioner;
import io.kfac.preconditioner.FullFisherPreconditioner;
import io.kfac.preconditioner.IdentityPreconditioner;
import io.kfac.preconditioner.KroneckerPreconditioner;
import io.kfac.preconditioner.Preconditioner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The central test: in memory = 1 = 2 = 7 partitions, for every optimizer, mini-batches included. */
class PartitionInvarianceTest {
    private static final Network NETWORK =
            Network.mlp(4, List.of(5), 3, Activation.TANH, new Categorical(), Precision.DOUBLE);
    private static final int ROWS = 1_400;
    private static final int STEPS = 3;
    private static final double TOLERANCE = 1e-9;
    private static final RunOptions RUN = new RunOptions(new Penalty(1e-4), 3, 0);
    private static final Momentum BALL = new Momentum.HeavyBall(0.9);

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

    private static final Map<String, Supplier<Optimizer>> OPTIMIZERS = Map.of(
            "kfac", () -> adaptive(new KroneckerPreconditioner(NETWORK, KroneckerPreconditioner.Options.defaults())),
            "natural", () -> adaptive(new FullFisherPreconditioner(NETWORK, FisherKind.EXACT, 0.5)),
            "kfac-clipped",
                    () -> fixed(
                            FixedRateOptions.plain(300, 0.3, 1e-3, BALL)
                                    .clippedAt(1e-3)
                                    .every(2, 2),
                            new KroneckerPreconditioner(NETWORK, KroneckerPreconditioner.Options.defaults())),
            "adam",
                    () -> fixed(
                            FixedRateOptions.plain(300, 0.01, 1e-8, new Momentum.GradientAverage(0.9)),
                            new AdamPreconditioner(NETWORK, 0.999)),
            "trust-region", () -> truncated(new StepRegion.KlRadius(0.01, 1e-3)),
            "hessian-free", () -> truncated(new StepRegion.ReductionRatio(Double.NaN)),
            "lbfgs",
                    () -> new QuasiNewtonOptimizer(
                            NETWORK,
                            NETWORK.initialParameters(3),
                            RUN.penalty(),
                            RowSelection.all(),
                            1e-9,
                            new IdentityPreconditioner(),
                            () -> 0L),
            "sgd", () -> fixed(FixedRateOptions.plain(300, 0.1, 0, BALL), new IdentityPreconditioner()));

    static List<String> optimizers() {
        return OPTIMIZERS.keySet().stream().sorted().toList();
    }

    private static Optimizer adaptive(Preconditioner preconditioner) {
        AdaptiveOptions options = new AdaptiveOptions(300, 1, new Refresh.Every(5), Double.NaN);
        return new AdaptiveOptimizer(NETWORK, NETWORK.initialParameters(3), preconditioner, RUN, options, () -> 0L);
    }

    private static Optimizer truncated(StepRegion region) {
        return new TruncatedNaturalGradient(
                NETWORK,
                NETWORK.initialParameters(3),
                new KroneckerPreconditioner(NETWORK, KroneckerPreconditioner.Options.defaults()),
                RUN,
                new TruncatedOptions(300, 1, 4, 0.1, region),
                () -> 0L);
    }

    private static Optimizer fixed(FixedRateOptions options, Preconditioner preconditioner) {
        return new FixedRateOptimizer(NETWORK, NETWORK.initialParameters(3), preconditioner, RUN, options, () -> 0L);
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
        double[] inMemory = train(
                new InMemoryObjective(NETWORK, blocks(3)), OPTIMIZERS.get(name).get());
        assertThat(inMemory).isNotEqualTo(NETWORK.initialParameters(3).toArray());
        for (int partitions : new int[] {1, 2, 7}) {
            double[] spread = onSpark(partitions, OPTIMIZERS.get(name).get());
            for (int i = 0; i < inMemory.length; i++) {
                assertThat(spread[i]).isCloseTo(inMemory[i], within(TOLERANCE));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void aSecondRunHasTheSameBits(String name) {
        double[] first = onSpark(2, OPTIMIZERS.get(name).get());
        assertThat(onSpark(2, OPTIMIZERS.get(name).get())).containsExactly(first);
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
        onSpark(2, OPTIMIZERS.get("adam").get());
        assertThat(spark.sparkContext().getLocalProperty("spark.job.description"))
                .isEqualTo("theirs");
        assertThat(spark.sparkContext().getLocalProperty("spark.jobGroup.id")).isNull();
        spark.sparkContext().setJobDescription(null);
    }

    @Test
    void twoFitsAtOnceDoNotDisturbEachOther() throws InterruptedException {
        double[] alone = onSpark(2, OPTIMIZERS.get("kfac").get());
        List<double[]> found = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 2; t++) {
            Thread thread =
                    new Thread(() -> found.add(onSpark(2, OPTIMIZERS.get("kfac").get())));
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
