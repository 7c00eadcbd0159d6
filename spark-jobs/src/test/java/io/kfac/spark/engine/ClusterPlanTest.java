package io.kfac.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.batch.MiniBatch;
import io.kfac.curvature.FisherKind;
import io.kfac.family.Categorical;
import io.kfac.family.Poisson;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.optimizer.TruncatedOptions;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterPlanTest {
    private static final Network NETWORK =
            Network.mlp(784, List.of(256), 10, Activation.RELU, new Categorical(), Precision.FLOAT);
    private static final double GIGABIT = 1.25e8;
    private static final PassSpeed PASS = new PassSpeed(5e-6, 15e-6, 40e-6, 0.01, 0.05, 0.01);
    private static final ClusterSpeeds SPEEDS = new ClusterSpeeds(PASS, PASS, 0.1, 2, 1e9);

    private static final Plan.Limits PLENTY = new Plan.Limits(1L << 40, 1L << 40, 4, 0, false, 4);
    private static final int MANY = 10_000_000;

    private static ClusterPlan plan(OptimizerSpec spec, int rows) {
        return ClusterPlan.of(NETWORK, spec, OptionalInt.empty(), OptionalInt.empty(), rows, 3_140L * rows);
    }

    private static ClusterPlan.Ways on(OptimizerSpec spec, int rows, Cluster cluster) {
        return plan(spec, rows).on(cluster, SPEEDS, PLENTY);
    }

    private static ClusterPlan.Ways on(Preset preset, int executors) {
        return on(preset.of(NETWORK), MANY, new Cluster(executors, 4, GIGABIT));
    }

    private static ClusterEstimate synchronous(Preset preset, int executors) {
        return on(preset, executors).synchronous().estimate();
    }

    private static ClusterPlan.Way local(Preset preset, int executors) {
        return on(preset, executors).local().orElseThrow();
    }

    /** Tasks share a batch, so compute falls with their number; what every step costs beside it does not. */
    @Test
    void synchronousStepsEndAtTheirOverhead() {
        ClusterEstimate one = synchronous(Preset.KFAC_CLIPPED, 1);
        ClusterEstimate ten = synchronous(Preset.KFAC_CLIPPED, 10);
        ClusterEstimate thousand = synchronous(Preset.KFAC_CLIPPED, 1_000);
        assertThat(ten.compute()).isBetween(one.compute() / 10, one.compute() / 8);
        assertThat(ten.refresh()).isEqualTo(one.refresh());
        assertThat(thousand.rows()).isEqualTo(one.rows());
        assertThat(thousand.latency()).isCloseTo(0.1 + 1e-3 * (4_000 - 2), within(1e-9));
        assertThat(thousand.overhead()).isGreaterThan(0.95);
        assertThat(thousand.rowsPerSecond()).isLessThan(ten.rowsPerSecond());
    }

    /** Workers of local steps do more together the more there are, until averaging them is what takes the time. */
    @Test
    void localStepsScaleWithExecutors() {
        double one = local(Preset.KFAC_CLIPPED, 1).estimate().rowsPerSecond();
        double ten = local(Preset.KFAC_CLIPPED, 10).estimate().rowsPerSecond();
        assertThat(ten / one).isBetween(5.0, 10.0);
        ClusterPlan.Way many = local(Preset.KFAC_CLIPPED, 100);
        assertThat(many.estimate().rowsPerSecond())
                .isGreaterThan(10 * synchronous(Preset.KFAC_CLIPPED, 100).rowsPerSecond());
        assertThat(many.plan().workload().partitions()).isEqualTo(400);
    }

    /** Sixty thousand rows have 234 partitions, whose batches together are all of them: not 2,048 rows for each of 4,000 cores. */
    @Test
    void aStepOfAllWorkersIsAtMostAnEpoch() {
        Cluster thousand = new Cluster(1_000, 4, GIGABIT);
        ClusterPlan.Ways ways = on(Preset.KFAC_CLIPPED.of(NETWORK), 60_000, thousand);
        ClusterPlan.Way local = ways.local().orElseThrow();
        assertThat(local.plan().optimizer().steps()).isEqualTo(1);
        assertThat(local.plan().workload().partitions()).isEqualTo(234);
        assertThat(local.estimate().rows()).isEqualTo(60_000);
        double share = 60_000 / 234.0;
        assertThat(local.estimate().compute())
                .isBetween(share * PASS.gradient(), 2 * (share * PASS.statistics() + PASS.apply()));
        ClusterPlan.Ways six = ClusterPlan.of(
                        NETWORK,
                        Preset.KFAC_CLIPPED.of(NETWORK),
                        OptionalInt.of(6),
                        OptionalInt.empty(),
                        60_000,
                        1 << 28)
                .on(thousand, SPEEDS, PLENTY);
        assertThat(six.local().orElseThrow().estimate().rows()).isEqualTo(360_000);
    }

    /** N executors do at most the work of N, and once more of them do less than fewer, no number does more than the best before. */
    @ParameterizedTest
    @CsvSource({
        "KFAC, 60000",
        "KFAC, 10000000",
        "KFAC_CLIPPED, 60000",
        "KFAC_CLIPPED, 10000000",
        "ADAM, 60000",
        "ADAM, 10000000"
    })
    void executorsDoTheirOwnWorkAtMost(Preset preset, int rows) {
        List<ClusterPlan.Ways> sizes = Stream.of(1, 10, 100, 1_000)
                .map(executors -> on(preset.of(NETWORK), rows, new Cluster(executors, 4, GIGABIT)))
                .toList();
        assertSane(sizes, ClusterPlan.Ways::synchronous);
        assertSane(sizes, ways -> ways.local().orElseThrow());
    }

    private static void assertSane(List<ClusterPlan.Ways> sizes, Function<ClusterPlan.Ways, ClusterPlan.Way> way) {
        double one = way.apply(sizes.get(0)).estimate().rowsPerSecond();
        double best = one;
        boolean saturated = false;
        for (ClusterPlan.Ways size : sizes) {
            double rate = way.apply(size).estimate().rowsPerSecond();
            assertThat(rate).isLessThanOrEqualTo(size.cluster().executors() * one * (1 + 1e-9));
            assertThat(saturated && rate > best)
                    .as("better again at %d executors", size.cluster().executors())
                    .isFalse();
            saturated |= rate < best;
            best = Math.max(best, rate);
        }
    }

    /** Groups of partitions reach the driver, not all of them, and so rounds need not be as long as if all did. */
    @Test
    void roundsAreAsLongAsWhatReachesTheDriverAsks() {
        FixedRateSpec adam = (FixedRateSpec) Preset.ADAM.of(NETWORK);
        Plan.Workload huge = new Plan.Workload(1L << 40, 4_000, 4_000, 0);
        Plan plan = Plan.of(NETWORK, new LocalSpec(adam, 1, 4_000), huge);
        assertThat(plan.collectedAnswers()).isLessThan(100);
        double step = 6.0 * NETWORK.size() * 256 / 6e10;
        double rest = 0.1 + (plan.broadcastBytes() + plan.resultBytes()) / 1.25e8;
        assertThat((double) LocalChoice.steps(NETWORK, adam, huge)).isBetween(2 * rest / step, 4 * rest / step);
    }

    @Test
    void whatDoesNotFitALargeClusterSaysSo() {
        Plan.Limits small = new Plan.Limits(8L << 30, 8L << 30, 4, 200L << 20, false, 4);
        ClusterPlan plan = plan(Preset.KFAC_CLIPPED.of(NETWORK), MANY);
        assertThat(plan.on(new Cluster(1, 4, GIGABIT), SPEEDS, small)
                        .synchronous()
                        .misfit())
                .isEmpty();
        ClusterPlan.Ways thousand = plan.on(new Cluster(1_000, 4, GIGABIT), SPEEDS, small);
        assertThat(thousand.synchronous().misfit().orElseThrow())
                .contains("spark.driver.maxResultSize is 200.0 MiB", "Remedy: --conf spark.driver.maxResultSize=");
        assertThat(thousand.local().orElseThrow().misfit()).isPresent();
        Plan.Limits driver = new Plan.Limits(100L << 20, 8L << 30, 4, 0, false, 4);
        assertThat(plan.on(new Cluster(1_000, 4, GIGABIT), SPEEDS, driver)
                        .synchronous()
                        .misfit()
                        .orElseThrow())
                .contains("the driver needs about", "--driver-memory");
    }

    /** Every byte crosses the wire: ten times the bandwidth, and a step gains what the wire took. */
    @Test
    void bandwidthIsPaidForByBytes() {
        OptimizerSpec adam = Preset.ADAM.of(NETWORK);
        ClusterEstimate slow =
                on(adam, MANY, new Cluster(10, 1, GIGABIT)).synchronous().estimate();
        ClusterEstimate fast =
                on(adam, MANY, new Cluster(10, 1, 10 * GIGABIT)).synchronous().estimate();
        double parameters = 4.0 * NETWORK.size();
        // Four hops to reach ten executors, and ten gradients into the driver.
        assertThat(slow.total() - fast.total()).isCloseTo(0.9 * (4 + 10) * parameters / GIGABIT, within(1e-9));
        assertThat(slow.bytes()).isEqualTo(20 * parameters);
    }

    /** A product with the Fisher is five with W, on a quarter of the rows, where a gradient is three on all of them. */
    @Test
    void solvesPayForTheirProducts() {
        TruncatedSpec region = (TruncatedSpec) Preset.TRUST_REGION.of(NETWORK);
        TruncatedOptions options = region.options();
        TruncatedSpec longer = new TruncatedSpec(
                region.metric(),
                new TruncatedOptions(
                        options.batchRows(),
                        options.maxBatchShare(),
                        options.maxProducts() + 12,
                        options.tolerance(),
                        options.region()));
        Cluster cluster = new Cluster(1, 1, GIGABIT);
        ClusterEstimate less = on(region, MANY, cluster).synchronous().estimate();
        ClusterEstimate more = on(longer, MANY, cluster).synchronous().estimate();
        double rows = less.rows() + Math.sqrt(less.rows());
        assertThat(more.compute() - less.compute()).isCloseTo(12 * 5.0 / 3 / 4 * rows * PASS.gradient(), within(1e-9));
        assertThat(more.latency() - less.latency()).isCloseTo(12 * SPEEDS.jobSeconds(), within(1e-9));
    }

    /** Partitions take clipped steps in the same metric where the quadratic model would have to be measured on all rows. */
    @Test
    void stepsThatAreMeasuredOnAllRowsAreClippedInPartitions() {
        for (Preset preset : List.of(Preset.KFAC, Preset.EKFAC, Preset.DIAGONAL)) {
            ClusterPlan.Ways ways = on(preset, 10);
            OptimizerSpec together = ways.synchronous().plan().optimizer();
            OptimizerSpec each = ways.local().orElseThrow().plan().optimizer().each();
            assertThat(together).isInstanceOf(AdaptiveSpec.class);
            assertThat(each.metric()).isEqualTo(together.metric());
            assertThat(each.title()).isEqualTo("clipped " + together.title());
        }
        assertThat(on(Preset.TRUST_REGION, 10).local()).isEmpty();
        assertThat(on(Preset.L_BFGS, 10).local()).isEmpty();
    }

    @Test
    void sizesDoubleUpToTheCluster() {
        assertThat(ClusterPlan.upTo(new Cluster(10, 4, GIGABIT)).stream().map(Cluster::executors))
                .containsExactly(1, 2, 4, 8, 10);
    }

    /** Two products with the Fisher, the one that they start from, and points to try. */
    @Test
    void solvesByConjugateGradientsCostTheirProducts() {
        double kfac = synchronous(Preset.KFAC, 1).compute();
        double solves = synchronous(Preset.TRUST_REGION, 1).compute();
        assertThat(solves / kfac).isGreaterThan(1.5);
    }

    /** Rows of few entries are as fast as they are when they are trained on. */
    @Test
    void noiseIsAsDenseAsTheData() {
        NoiseRows noise = NoiseRows.of(NETWORK, 0.05);
        long entries = noise.blocks().stream()
                .mapToLong(block -> block.features().bytes())
                .sum();
        long rows = noise.blocks().stream().mapToLong(MiniBatch::rows).sum();
        double perRow = entries / (double) rows;
        // A column's number and a value for each, and where the row begins.
        assertThat(perRow).isBetween(0.8 * 0.05 * 785 * 8, 1.2 * 0.05 * 785 * 8 + 4);
        assertThat(rows).isEqualTo((long) (16 * noise.rows()));
    }

    /** With the network itself, whatever it ends in. */
    @ParameterizedTest
    @ValueSource(doubles = {1, 0.3})
    void passesAreMeasured(double density) {
        PassSpeed speed = PassSpeed.measure(
                Network.mlp(9, List.of(7), 2, Activation.TANH, new Poisson().canonicalLink(), Precision.DOUBLE),
                new KroneckerMetric(FisherKind.SAMPLED, 0.9),
                density);
        assertThat(List.of(speed.loss(), speed.gradient(), speed.statistics()))
                .allMatch(seconds -> seconds > 0 && seconds < 1e-3);
        assertThat(List.of(speed.learn(), speed.refresh(), speed.apply()))
                .allMatch(seconds -> seconds > 0 && seconds < 0.1);
    }
}
