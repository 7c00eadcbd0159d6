package io.kfac.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kfac.curvature.FisherKind;
import io.kfac.model.Network;
import io.kfac.objective.Penalty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SolverChoiceTest {
    private static final Network IMAGES = Network.softmax(784, 10);
    private static final Plan.Workload ROWS = new Plan.Workload(60_000, 8, 8, 60_000L * 785 * 8);

    private static Plan.Limits oneJvm(long gigabytes) {
        return new Plan.Limits(gigabytes << 30, gigabytes << 30, 8, 1L << 30, true, 8);
    }

    private static ExactSpec choose(Plan.Limits limits) {
        return new SolverChoice(IMAGES, ROWS, false, limits).choose(new Penalty(1e-4), 1e-9);
    }

    /** What it chooses is never what the plan refuses next, while anything fits at all. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 8, 64})
    void whatIsChosenFits(long gigabytes) {
        Plan.Limits limits = oneJvm(gigabytes);
        assertThat(Plan.of(IMAGES, choose(limits), ROWS).fits(limits)).isTrue();
    }

    @Test
    void memoryBuysABetterPreconditioner() {
        assertThat(choose(oneJvm(8))).isEqualTo(new ExactSpec.QuasiNewton(1e-9, new OutputBlockMetric()));
        assertThat(choose(oneJvm(1)))
                .isEqualTo(new ExactSpec.QuasiNewton(1e-9, new KroneckerMetric(FisherKind.SAMPLED, 0)));
    }

    /** A hundred Hessians of 785 parameters fit into no gigabyte, nor their answers into maxResultSize. */
    @Test
    void hessiansThatShareAJobAreBoundedByEveryMemory() {
        Network binary = Network.softmax(784, 2);
        int roomy = new SolverChoice(binary, ROWS, false, oneJvm(64)).hessians();
        Plan.Limits narrow = new Plan.Limits(64L << 30, 64L << 30, 8, 1L << 27, true, 8);
        assertThat(roomy).isGreaterThan(1);
        assertThat(new SolverChoice(binary, ROWS, false, oneJvm(1)).hessians()).isLessThan(roomy);
        assertThat(new SolverChoice(binary, ROWS, false, narrow).hessians()).isLessThan(roomy);
    }

    private static final Network NARROW = Network.softmax(784, 2);
    private static final ExactSpec QUASI = new ExactSpec.QuasiNewton(1e-9, new IdentityMetric());

    private static boolean onDriver(Network network, Plan.Workload rows, Plan.Limits limits, ExactSpec spec) {
        return new SolverChoice(network, rows, false, limits).onDriver(spec);
    }

    private static Plan.Workload rows(int rows, int partitions, int slots) {
        return new Plan.Workload(rows, partitions, slots, rows * 785L * 8);
    }

    /** Megabytes, yes; not what its cores take longer for than jobs, nor what it has no room for. */
    @Test
    void littleDataGoToTheDriver() {
        Plan.Workload little = rows(1_000, 8, 8);
        assertThat(onDriver(NARROW, little, oneJvm(8), QUASI)).isTrue();
        assertThat(onDriver(NARROW, ROWS, oneJvm(8), QUASI)).isFalse();
        Plan.Limits small = new Plan.Limits(64 << 20, 8L << 30, 8, 1L << 30, true, 8);
        assertThat(onDriver(NARROW, little, small, QUASI)).isFalse();
        Plan.Limits fewResults = new Plan.Limits(8L << 30, 8L << 30, 8, 8 << 20, true, 8);
        assertThat(onDriver(NARROW, little, fewResults, QUASI)).isFalse();
    }

    @Test
    void manyExecutorsAreFasterThanFewCoresOfADriver() {
        Plan.Limits cluster = new Plan.Limits(64L << 30, 64L << 30, 8, 1L << 30, false, 2);
        assertThat(onDriver(NARROW, rows(1_000, 64, 64), cluster, QUASI)).isTrue();
        Plan.Workload heavy = rows(8_000, 64, 64);
        assertThat(onDriver(NARROW, heavy, cluster, QUASI)).isTrue();
        assertThat(onDriver(NARROW, heavy, cluster, new ExactSpec.Newton(1e-9))).isFalse();
    }

    /** Where Spark would add answers by groups, the driver alone would give other bits. */
    @Test
    void wideAnswersStayWithTheExecutors() {
        assertThat(onDriver(IMAGES, rows(1_000, 8, 1), oneJvm(64), new ExactSpec.Newton(1e-9)))
                .isFalse();
        assertThat(onDriver(IMAGES, rows(1_000, 8, 1), oneJvm(64), QUASI)).isTrue();
    }
}
