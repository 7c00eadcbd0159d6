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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterPlanTest {
    private static final Network NETWORK =
            Network.mlp(784, List.of(256), 10, Activation.RELU, new Categorical(), Precision.FLOAT);
    private static final double GIGABIT = 1.25e8;
    private static final PassSpeed PASS = new PassSpeed(5e-6, 15e-6, 40e-6, 0.01, 0.05, 0.01);
    private static final ClusterSpeeds SPEEDS = new ClusterSpeeds(PASS, PASS, 0.1, 2, 1e9);

    private static ClusterPlan plan(Preset preset) {
        return new ClusterPlan(NETWORK, preset.of(NETWORK), OptionalInt.empty(), 10_000_000, 1L << 30);
    }

    private static ClusterPlan.Ways on(Preset preset, int executors) {
        return plan(preset).on(new Cluster(executors, 4, GIGABIT), SPEEDS);
    }

    /** Tasks share a batch, so compute falls with their number; what every step costs beside it does not. */
    @Test
    void synchronousStepsEndAtTheirOverhead() {
        ClusterEstimate one = on(Preset.KFAC_CLIPPED, 1).synchronous();
        ClusterEstimate ten = on(Preset.KFAC_CLIPPED, 10).synchronous();
        ClusterEstimate thousand = on(Preset.KFAC_CLIPPED, 1_000).synchronous();
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
        double one = on(Preset.KFAC_CLIPPED, 1).local().orElseThrow().rowsPerSecond();
        double ten = on(Preset.KFAC_CLIPPED, 10).local().orElseThrow().rowsPerSecond();
        assertThat(ten / one).isBetween(5.0, 10.0);
        ClusterPlan.Ways many = on(Preset.KFAC_CLIPPED, 100);
        assertThat(many.local().orElseThrow().rowsPerSecond())
                .isGreaterThan(10 * many.synchronous().rowsPerSecond());
        assertThat(many.spec().orElseThrow().workers()).isEqualTo(400);
    }

    /** Every byte crosses the wire: ten times the bandwidth, and a step gains what the wire took. */
    @Test
    void bandwidthIsPaidForByBytes() {
        ClusterPlan plan = plan(Preset.ADAM);
        ClusterEstimate slow = plan.on(new Cluster(10, 1, GIGABIT), SPEEDS).synchronous();
        ClusterEstimate fast = plan.on(new Cluster(10, 1, 10 * GIGABIT), SPEEDS).synchronous();
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
        ClusterEstimate shorter = on(region, cluster);
        double rows = options.batchRows() + Math.sqrt(options.batchRows());
        assertThat(on(longer, cluster).compute() - shorter.compute())
                .isCloseTo(12 * 5.0 / 3 / 4 * rows * PASS.gradient(), within(1e-9));
        assertThat(on(longer, cluster).latency() - shorter.latency()).isCloseTo(12 * SPEEDS.jobSeconds(), within(1e-9));
    }

    private static ClusterEstimate on(OptimizerSpec spec, Cluster cluster) {
        return new ClusterPlan(NETWORK, spec, OptionalInt.empty(), 10_000_000, 1L << 30)
                .on(cluster, SPEEDS)
                .synchronous();
    }

    @Test
    void stepsThatAreMeasuredOnAllRowsHaveOneWay() {
        assertThat(on(Preset.KFAC, 10).local()).isEmpty();
    }

    @Test
    void sizesDoubleUpToTheCluster() {
        assertThat(ClusterPlan.upTo(new Cluster(10, 4, GIGABIT)).stream().map(Cluster::executors))
                .containsExactly(1, 2, 4, 8, 10);
    }

    /** Two products with the Fisher, the one that they start from, and points to try. */
    @Test
    void solvesByConjugateGradientsCostTheirProducts() {
        double kfac = on(Preset.KFAC, 1).synchronous().compute();
        double solves = on(Preset.TRUST_REGION, 1).synchronous().compute();
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
