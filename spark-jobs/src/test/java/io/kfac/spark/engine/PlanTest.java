package io.kfac.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kfac.curvature.FisherKind;
import io.kfac.curvature.LayerBlocks;
import io.kfac.family.Categorical;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.objective.InMemoryObjective;
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
import io.kfac.spark.data.BadInput;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlanTest {
    private static final OptimizerSpec KFAC = new AdaptiveSpec(
            new KroneckerMetric(FisherKind.SAMPLED, 0.95),
            new AdaptiveOptions(2_000, 0.25, new Refresh.Every(5), Double.NaN));
    private static final OptimizerSpec NATURAL = new AdaptiveSpec(
            new FullFisherMetric(FisherKind.EXACT), new AdaptiveOptions(2_000, 1, new Refresh.Every(1), Double.NaN));
    private static final OptimizerSpec ADAM = new FixedRateSpec(
            new AdamMetric(0.999), FixedRateOptions.plain(256, 1e-3, 1e-8, new Momentum.GradientAverage(0.9)));
    private static final Plan.Workload ROWS = new Plan.Workload(60_000, 4, 4, 1 << 20);
    private static final Plan.Limits PLENTY = new Plan.Limits(1L << 40, 1L << 40, 4, 0, false, 4);
    /** Scalars of a query, which the plan does not count. */
    private static final long SCALARS = 100;

    static Stream<OptimizerSpec> specs() {
        Network network = mlp(20, List.of(7, 5), 3);
        return Stream.concat(
                Stream.of(
                        new AdaptiveSpec(
                                new LayerBlockMetric(FisherKind.SAMPLED, 30),
                                new AdaptiveOptions(2_000, 1, new Refresh.Every(1), 1e-3)),
                        KFAC,
                        NATURAL,
                        ADAM),
                Stream.of(Preset.values()).map(preset -> preset.of(network)));
    }

    @ParameterizedTest
    @MethodSource("specs")
    void theAnswerIsAsLongAsTheRealOne(OptimizerSpec spec) {
        Network network = mlp(20, List.of(7, 5), 3);
        QueryBatch real = new QueryBatch(
                network,
                List.of(new Query(
                        network.initialParameters(1), RowSelection.all(), Request.gradientAnd(spec.statistics()))));
        assertThat(Plan.of(network, spec, ROWS).answerBytes())
                .isBetween(real.answerBytes() - SCALARS, real.answerBytes());
    }

    @Test
    void jobsAndPartsAreThoseOfTheOptimizer() {
        Network network = mlp(20, List.of(7), 3);
        assertThat(Plan.of(network, KFAC, ROWS).jobsPerStep()).isEqualTo(2);
        assertThat(Plan.of(network, ADAM, ROWS).jobsPerStep()).isEqualTo(1);
        assertThat(Plan.of(network, KFAC, ROWS).parts())
                .extracting(Plan.Part::shape)
                .containsExactly("W 7 x 21, A 21 x 21, G 7 x 7", "W 3 x 8, A 8 x 8, G 3 x 3", "17 points");
        assertThat(Plan.of(network, NATURAL, ROWS).parts())
                .extracting(Plan.Part::name)
                .containsExactly("layer 0", "layer 1", "whole Fisher", "damping search");
        OptimizerSpec given = new AdaptiveSpec(
                new KroneckerMetric(FisherKind.SAMPLED, 0.95),
                new AdaptiveOptions(2_000, 0.25, new Refresh.Every(5), 1e-3));
        assertThat(Plan.of(network, given, ROWS).parts()).hasSize(2);
    }

    /** What travels with a step's first job: the point, and the bases that the moments of E-KFAC are taken in. */
    @Test
    void basesAreCounted() {
        Network network = mlp(20, List.of(7), 3);
        long kfac = Plan.of(network, Preset.KFAC_CLIPPED.of(network), ROWS).broadcastBytes();
        long ekfac = Plan.of(network, Preset.EKFAC_CLIPPED.of(network), ROWS).broadcastBytes();
        assertThat(ekfac - kfac).isEqualTo(4 * (21 * 21 + 7 * 7 + 8 * 8 + 3 * 3));
    }

    private static OptimizerSpec blocks(int most) {
        return new AdaptiveSpec(
                new LayerBlockMetric(FisherKind.EXACT, most),
                new AdaptiveOptions(2_000, 1, new Refresh.Every(1), 1e-3));
    }

    @Test
    void blocksFitALaptopWhereNobodySaysHowLargeTheyAre() {
        Plan.Limits laptop = new Plan.Limits(8L << 30, 8L << 30, 2, 1L << 30, true, 2);
        Plan.Workload images = new Plan.Workload(60_000, 2, 2, 180L << 20);
        for (Network network : List.of(
                mlp(784, List.of(256, 128), 10),
                mlp(784, List.of(500, 250, 30, 250, 500), 784),
                mlp(2_000, List.of(), 50))) {
            Plan plan = Plan.of(network, Preset.NATURAL_BLOCKS.of(network), images);
            assertThatCode(() -> plan.refuseUnlessFits(laptop)).doesNotThrowAnyException();
        }
    }

    /** One pass's deltas and the products of all, 16 MB a thousand pairs, where each of 32 or 784 passes over 1,024 rows has deltas. */
    @Test
    void tasksHoldNoDeltasOfEveryPass() {
        Network deep = mlp(784, List.of(1_000, 1_000), 32);
        assertThat(taskBytes(deep, FisherKind.EXACT) - taskBytes(deep, FisherKind.SAMPLED))
                .isZero();
        assertThat(taskBytes(deep, FisherKind.EXACT)).isLessThan(700L << 20);
        Network autoencoder = mlp(784, List.of(500, 250, 30, 250, 500), 784);
        assertThat(taskBytes(autoencoder, FisherKind.EXACT)).isLessThan(700L << 20);
        LayerBlocks few = new LayerBlocks(FisherKind.EXACT, 0, 64);
        assertThat(few.held(deep.layer(0), 1_024)).isEqualTo(1_024 * (1_000 + 1_000));
        LayerBlocks many = new LayerBlocks(FisherKind.EXACT, 0, 1 << 30);
        assertThat(many.held(deep.layer(0), 1_024)).isEqualTo(1_024 * (1_000 + 4_096));
    }

    private static long taskBytes(Network network, FisherKind fisher) {
        LayerBlockMetric metric =
                (LayerBlockMetric) Preset.NATURAL_BLOCKS.of(network).metric();
        OptimizerSpec spec =
                new AdaptiveSpec(metric.of(fisher), new AdaptiveOptions(2_000, 1, new Refresh.Every(1), 1e-3));
        return Plan.of(network, spec, ROWS).taskBytes();
    }

    /** Once: squares of inputs, 21 + 8. For each of 3 outputs: back through W of the last layer, and squares of deltas, 7 + 3. */
    @Test
    void exactResidualsGoBackOnceAnOutput() {
        Network network = mlp(20, List.of(7), 3);
        double once = 21 * 21 + 8 * 8;
        double pass = 2 * 3 * 8 + 7 * 7 + 3 * 3;
        assertThat(new KroneckerMetric(FisherKind.SAMPLED, 0).rowFlops(network)).isEqualTo(once + pass);
        assertThat(new KroneckerMetric(FisherKind.EXACT, 0).rowFlops(network)).isEqualTo(once + 3 * pass);
        double p = network.size();
        assertThat(new FullFisherMetric(FisherKind.EXACT).rowFlops(network)).isEqualTo(3 * (p * p + 2 * p + 2 * 3 * 8));
        // Pairs of classes have a matrix each, without going back.
        assertThat(new FullFisherMetric(FisherKind.EXACT).rowFlops(mlp(20, List.of(), 4)))
                .isEqualTo(6 * 21 * 21);
        assertThat(new AdamMetric(0.999).rowFlops(network)).isZero();
    }

    @Test
    void blocksAreNamedAndRefusedWhereTheyAreTooLarge() {
        Network network = mlp(784, List.of(100), 10);
        assertThat(Plan.of(network, blocks(1_024), ROWS).parts())
                .extracting(Plan.Part::shape)
                .contains("W 100 x 785, 100 blocks of up to 785 x 785", "W 10 x 101, 1 block of up to 1,010 x 1,010");
        assertThatThrownBy(() -> Plan.of(network, blocks(1_000_000), ROWS).refuseUnlessFits(PLENTY))
                .hasMessageContaining("order 78,500")
                .hasMessageContaining("optimizer.block=250000");
        Plan shampoo = Plan.of(mlp(3_000, List.of(100), 10), Preset.SHAMPOO.of(network), ROWS);
        assertThat(shampoo.parts())
                .extracting(Plan.Part::shape)
                .contains("W 100 x 3,001, L and R of 3 blocks", "W 10 x 101, L and R of 1 block");
    }

    @Test
    void whatCannotFitIsRefusedWithTheOptionThatHelps() {
        Plan wide = Plan.of(mlp(20_000, List.of(1_000), 10), KFAC, ROWS);
        assertThatCode(() -> wide.refuseUnlessFits(PLENTY)).doesNotThrowAnyException();
        assertThatThrownBy(() -> wide.refuseUnlessFits(new Plan.Limits(1L << 30, 1L << 40, 4, 0, false, 4)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("the driver needs about")
                .hasMessageContaining("--driver-memory")
                .hasMessageContaining("optimizer.name=adam");
        assertThatThrownBy(() -> wide.refuseUnlessFits(new Plan.Limits(1L << 40, 1L << 30, 4, 0, false, 4)))
                .hasMessageContaining("an executor of 4 tasks needs")
                .hasMessageContaining("--executor-memory");
        assertThatThrownBy(() -> wide.refuseUnlessFits(new Plan.Limits(1L << 40, 1L << 40, 4, 1L << 30, false, 4)))
                .hasMessageContaining("spark.driver.maxResultSize is 1.0 GiB")
                .hasMessageContaining("--conf spark.driver.maxResultSize=");
    }

    @Test
    void aSearchThatCannotTravelIsRefused() {
        Network huge = mlp(40_000, List.of(1_000), 10);
        assertThatThrownBy(() -> Plan.of(huge, KFAC, ROWS).refuseUnlessFits(PLENTY))
                .hasMessageContaining("the search for its damping sends")
                .hasMessageContaining("--set optimizer.damping=1e-3");
        OptimizerSpec given = new AdaptiveSpec(
                new KroneckerMetric(FisherKind.SAMPLED, 0.95),
                new AdaptiveOptions(2_000, 0.25, new Refresh.Every(5), 1e-3));
        assertThatCode(() -> Plan.of(huge, given, ROWS).refuseUnlessFits(PLENTY))
                .doesNotThrowAnyException();
    }

    @Test
    void aMatrixBeyondAnArrayIsRefused() {
        assertThatThrownBy(
                        () -> Plan.of(mlp(784, List.of(100), 10), NATURAL, ROWS).refuseUnlessFits(PLENTY))
                .hasMessageContaining("order 79,510")
                .hasMessageContaining("optimizer.name=kfac");
    }

    /** An epoch's batches partition its rows, the last one taking in less than half a batch: so many rows are in them on average. */
    @ParameterizedTest
    @ValueSource(doubles = {0.09, 0.25, 0.4, 0.6, 0.65, 0.68, 0.9, 1, 5})
    void batchesAreNoLongerThanAnEpoch(double share) {
        Network network = mlp(2, List.of(), 2);
        InMemoryObjective objective =
                new InMemoryObjective(network, NoiseRows.of(network, 1).blocks());
        long rows = objective.rows();
        FixedRateSpec each = new FixedRateSpec(
                new IdentityMetric(), FixedRateOptions.plain((int) (share * rows), 1e-3, 0, new Momentum.None()));
        for (OptimizerSpec spec : List.of(each, new LocalSpec(each, 3, 1))) {
            Optimizer optimizer = spec.create(
                    new OptimizerSpec.Start(network, network.initialParameters(1), new Penalty(0), 1, 0, rows));
            double visited = 0;
            int steps = 0;
            do {
                visited += optimizer.step(objective).orElseThrow().rows();
                steps++;
            } while (optimizer.epoch() % 1 != 0);
            assertThat(spec.stepRows(new Plan.Workload(rows, 1, 1, 0))).isCloseTo(visited / steps, within(1e-9));
        }
    }

    @Test
    void aSlowerClusterTakesLonger() {
        Plan plan = Plan.of(mlp(784, List.of(100), 10), KFAC, ROWS);
        Calibration fast = new Calibration(50e9, 25e9, 0.02, 1e9);
        StepEstimate estimate = StepEstimate.of(plan, fast);
        assertThat(estimate.total()).isBetween(0.04, 1.0);
        assertThat(estimate.overhead()).isEqualTo(0.04);
        StepEstimate slower = StepEstimate.of(plan, new Calibration(5e9, 2.5e9, 0.2, 1e8));
        assertThat(slower.compute())
                .isCloseTo(10 * estimate.compute(), org.assertj.core.data.Percentage.withPercentage(1e-6));
        assertThat(slower.total())
                .isCloseTo(10 * estimate.total(), org.assertj.core.data.Percentage.withPercentage(1e-6));
    }

    private static Network mlp(int inputs, List<Integer> hidden, int outputs) {
        return Network.mlp(inputs, hidden, outputs, Activation.TANH, new Categorical(), Precision.FLOAT);
    }
}
