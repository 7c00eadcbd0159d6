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
        return new Plan.Limits(gigabytes << 30, gigabytes << 30, 8, 1L << 30, true);
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
        Plan.Limits narrow = new Plan.Limits(64L << 30, 64L << 30, 8, 1L << 27, true);
        assertThat(roomy).isGreaterThan(1);
        assertThat(new SolverChoice(binary, ROWS, false, oneJvm(1)).hessians()).isLessThan(roomy);
        assertThat(new SolverChoice(binary, ROWS, false, narrow).hessians()).isLessThan(roomy);
    }

    /** A megabyte, yes; not what takes the cores longer than a job, nor what the driver has no room for. */
    @Test
    void littleDataGoToTheDriver() {
        Plan.Workload little = new Plan.Workload(1_000, 8, 8, 1_000L * 785 * 8);
        Network narrow = Network.softmax(784, 2);
        assertThat(new SolverChoice(narrow, little, false, oneJvm(8)).onDriver())
                .isTrue();
        assertThat(new SolverChoice(narrow, ROWS, false, oneJvm(8)).onDriver()).isFalse();
        Plan.Limits small = new Plan.Limits(64 << 20, 8L << 30, 8, 1L << 30, true);
        assertThat(new SolverChoice(narrow, little, false, small).onDriver()).isFalse();
        Plan.Workload oneTask = new Plan.Workload(8_000, 1, 64, 8_000L * 785 * 8);
        assertThat(new SolverChoice(Network.softmax(784, 1_000), oneTask, false, oneJvm(64)).onDriver())
                .isFalse();
    }
}
