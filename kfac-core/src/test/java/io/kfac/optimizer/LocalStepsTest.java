package io.kfac.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kfac.batch.MiniBatch;
import io.kfac.batch.Targets;
import io.kfac.family.Categorical;
import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Objective;
import io.kfac.objective.Penalty;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.preconditioner.IdentityPreconditioner;
import io.kfac.preconditioner.Preconditioner;
import io.kfac.testing.PartitionedObjective;
import io.kfac.testing.Problems;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LocalStepsTest {
    private static final Network NETWORK =
            Problems.network(new Categorical(), Activation.TANH, Precision.DOUBLE, 4, 6, 3);
    private static final int ROWS = 240;
    private static final int STEPS = 12;
    /** Of sums in another order, over {@link #STEPS} steps. */
    private static final double ROUNDING = 1e-10;

    private static final RunOptions RUN = new RunOptions(new Penalty(1e-3), 5, 0.1);
    private static final SortedMap<String, FixedRateKind> KINDS = FixedRateKind.all();

    static List<String> kinds() {
        return List.copyOf(KINDS.keySet());
    }

    private static LocalStepsOptimizer local(FixedRateKind kind, LocalOptions options) {
        return new LocalStepsOptimizer(
                NETWORK, NETWORK.initialParameters(5), kind.preconditioner(), RUN, kind.options(), options, () -> 0L);
    }

    private static LocalOptions steps(int steps) {
        return new LocalOptions(steps, KlLimit.NONE);
    }

    private static Optimizer synchronous(FixedRateKind kind) {
        return new FixedRateOptimizer(
                NETWORK,
                NETWORK.initialParameters(5),
                kind.preconditioner().create(NETWORK),
                RUN,
                kind.options(),
                () -> 0L);
    }

    private static double[] after(int rounds, Optimizer optimizer, Objective objective) {
        for (int i = 0; i < rounds; i++) {
            optimizer.step(objective);
        }
        return optimizer.parameters().toArray();
    }

    private static MiniBatch weighted() {
        MiniBatch rows = Problems.batch(NETWORK, ROWS, 1);
        return Problems.weighted(
                rows, IntStream.range(0, ROWS).mapToDouble(i -> 1 + i % 3).toArray());
    }

    private static MiniBatch[] parts(MiniBatch rows, int count) {
        return IntStream.range(0, count)
                .mapToObj(p -> Problems.rows(
                        rows,
                        IntStream.range(0, rows.rows())
                                .filter(i -> i % count == p)
                                .toArray()))
                .toArray(MiniBatch[]::new);
    }

    private static void same(double[] actual, double[] expected) {
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(ROUNDING));
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void oneStepARoundOnOnePartitionIsSynchronous(String name) {
        Objective objective = new PartitionedObjective(NETWORK, weighted());
        double[] expected = after(STEPS, synchronous(KINDS.get(name)), objective);
        assertThat(expected).isNotEqualTo(NETWORK.initialParameters(5).toArray());
        same(after(STEPS, local(KINDS.get(name), steps(1)), objective), expected);
    }

    @Test
    void aWarmUpIsOverAfterAsManyBatches() {
        Objective objective = new PartitionedObjective(NETWORK, weighted());
        FixedRateKind half = FixedRateKind.warming(STEPS / 2);
        double[] expected = after(STEPS, synchronous(half), objective);
        same(after(STEPS, local(half, steps(1)), objective), expected);
        // A round is a batch, so that local steps are still warming up.
        double[] none = after(STEPS / 2, local(FixedRateKind.warming(STEPS), steps(2)), objective);
        same(after(STEPS / 2, local(half, steps(2)), objective), none);
    }

    /** Between statistics, which are the driver's, several local steps of one worker are as many synchronous ones. */
    @ParameterizedTest
    @MethodSource("kinds")
    void onePartitionIsSynchronousBetweenRefreshes(String name) {
        FixedRateKind kind = KINDS.get(name);
        FixedRateKind rare = kind.every(100, 100);
        Objective objective = new PartitionedObjective(NETWORK, weighted());
        double[] expected = after(STEPS, synchronous(rare), objective);
        same(after(STEPS / 4, local(rare, steps(4)), objective), expected);
    }

    /** Averages of single gradient steps are the step of the average gradient, if workers count by the weights of their rows. */
    @Test
    void oneStepARoundOfGradientDescentIsSynchronousOnAnyPartitions() {
        FixedRateKind descent = new FixedRateKind(
                network -> new IdentityPreconditioner(),
                FixedRateOptions.plain(3 * FixedRateKind.BATCH, 0.3, 0, new Momentum.None()));
        FixedRateKind thirds = new FixedRateKind(
                network -> new IdentityPreconditioner(),
                FixedRateOptions.plain(FixedRateKind.BATCH, 0.3, 0, new Momentum.None()));
        double[] expected = after(STEPS, synchronous(descent), new PartitionedObjective(NETWORK, weighted()));
        MiniBatch[] uneven = {
            Problems.rows(weighted(), IntStream.range(0, 20).toArray()),
            Problems.rows(weighted(), IntStream.range(20, 130).toArray()),
            Problems.rows(weighted(), IntStream.range(130, ROWS).toArray())
        };
        same(after(STEPS, local(thirds, steps(1)), new PartitionedObjective(NETWORK, uneven)), expected);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void theAverageOfIdenticalPartitionsIsOneOfThem(String name) {
        double[] one = after(3, local(KINDS.get(name), steps(5)), new PartitionedObjective(NETWORK, weighted()));
        double[] two =
                after(3, local(KINDS.get(name), steps(5)), new PartitionedObjective(NETWORK, weighted(), weighted()));
        same(two, one);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void anEpochOfLocalStepsVisitsEachTrainingRowOnce(String name) {
        Objective objective = new PartitionedObjective(NETWORK, parts(weighted(), 3));
        Optimizer optimizer = local(KINDS.get(name), steps(1));
        double rows = 0;
        double epoch = 0;
        while (epoch < 1) {
            StepReport report = optimizer.step(objective).orElseThrow();
            rows += report.rows();
            epoch = report.epoch();
        }
        double training = objective
                .evaluate("", new Query(optimizer.parameters(), RowSelection.training(5, 0.1), Request.loss()))
                .rows();
        assertThat(epoch).isEqualTo(1);
        assertThat(rows).isEqualTo(training);
    }

    /** Each worker of a table sorted by label sees one class only, and learns that there is no other. */
    @Test
    void partitionsSortedByLabelDivergeAndShuffledOnesDoNot() {
        int count = 1_200;
        MiniBatch features = Problems.batch(NETWORK, count, 1);
        DoubleMatrix x = DoubleMatrix.zeros(count, 5);
        features.features().copyTo(x);
        int[] labels = IntStream.range(0, count)
                .map(i -> x.get(i, 0) < -0.5 ? 0 : x.get(i, 0) < 0.5 ? 1 : 2)
                .toArray();
        MiniBatch rows =
                new MiniBatch(features.features(), new Targets.Classes(labels), features.weights(), features.rowIds());
        int[] order = IntStream.range(0, count)
                .boxed()
                .sorted(Comparator.comparing(i -> labels[i]))
                .mapToInt(i -> i)
                .toArray();
        MiniBatch[] byLabel = IntStream.range(0, 3)
                .mapToObj(p -> Problems.rows(rows, Arrays.copyOfRange(order, p * count / 3, (p + 1) * count / 3)))
                .toArray(MiniBatch[]::new);
        double apart = trained(new PartitionedObjective(NETWORK, byLabel));
        double alike = trained(new PartitionedObjective(NETWORK, parts(rows, 3)));
        double synchronous = trained(new PartitionedObjective(NETWORK, rows));
        assertThat(alike).isCloseTo(synchronous, within(0.02));
        assertThat(apart).isGreaterThan(5 * alike);
    }

    private static double trained(Objective objective) {
        FixedRateKind kind = new FixedRateKind(
                FixedRateKind::kronecker,
                FixedRateOptions.plain(40, 0.1, 1e-2, FixedRateKind.BALL)
                        .clippedAt(1e-1)
                        .every(5, 20));
        double[] found = after(4, local(kind, steps(50)), objective);
        return objective
                .evaluate("", new Query(Parameters.of(NETWORK, found), RowSelection.all(), Request.loss()))
                .meanLoss();
    }

    /** A row that no other worker sees: in no batch of statistics either. */
    private static MiniBatch withNotANumber(MiniBatch rows) {
        DoubleMatrix x = DoubleMatrix.zeros(rows.rows(), 5);
        rows.features().copyTo(x);
        x.setRow(3, new double[] {Double.NaN, 0, 0, 0, 1});
        return new MiniBatch(new DenseFeatures(x), rows.targets(), rows.weights(), rows.rowIds());
    }

    @Test
    void aWorkerThatIsNotFiniteIsDroppedAndReported() {
        MiniBatch[] parts = parts(weighted(), 2);
        FixedRateKind adam = KINDS.get("adam");
        LocalStepsOptimizer optimizer = local(adam, steps(5));
        StepReport report = optimizer
                .step(new PartitionedObjective(NETWORK, parts[0], withNotANumber(parts[1])))
                .orElseThrow();
        assertThat(report.local()).contains(new LocalRound(5, 2, 1, 0));
        // The other worker alone, on the same batches: rows of weight 0 are as many, and nobody's work.
        LocalStepsOptimizer alone = local(adam, steps(5));
        MiniBatch weightless = Problems.weighted(parts[1], new double[parts[1].rows()]);
        StepReport only = alone.step(new PartitionedObjective(NETWORK, parts[0], weightless))
                .orElseThrow();
        assertThat(only.local()).contains(new LocalRound(5, 1, 0, 0));
        assertThat(report.rows()).isEqualTo(only.rows());
        assertThat(optimizer.parameters().toArray())
                .containsExactly(alone.parameters().toArray())
                .isNotEqualTo(NETWORK.initialParameters(5).toArray());
    }

    @Test
    void aRoundWithoutAFiniteWorkerSaysSo() {
        MiniBatch bad = withNotANumber(weighted());
        LocalStepsOptimizer optimizer = local(KINDS.get("adam"), steps(10));
        assertThatThrownBy(() -> optimizer.step(new PartitionedObjective(NETWORK, bad, bad)))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("Cannot finish round 1")
                .hasMessageContaining("all 2 workers");
    }

    private static final FixedRateOptions FAST = FixedRateOptions.plain(ROWS, 1, 0, new Momentum.HeavyBall(0.9));

    @Test
    void aWorkerWhoseOutputsMoveTooFarGoesBackPartOfItsWay() {
        heldBack(FAST, new KlLimit.Fixed(1e-3), 1e-3);
    }

    /** A limit in units of the loss is for those whose loss rises: whoever learns may go as far as that takes. */
    @Test
    void aWorkerWhoseLossFallsIsNotAstray() {
        Objective objective = new PartitionedObjective(NETWORK, weighted());
        double before = loss(objective, NETWORK.initialParameters(5).toArray());
        double[] learnt = moved(FAST, KlLimit.NONE);
        assertThat(loss(objective, learnt)).isLessThan(before);
        assertThat(moved(FAST, new KlLimit.OfLoss(1e-6, 1e-6))).containsExactly(learnt);

        FixedRateOptions tooFast = FAST.at(new LearningRate.Constant(100));
        assertThat(loss(objective, moved(tooFast, KlLimit.NONE))).isGreaterThan(2 * before);
        heldBack(tooFast, new KlLimit.OfLoss(2, 1e-6), 2 * before);
        heldBack(tooFast, new KlLimit.OfLoss(1e-6, 1.5), 1.5);
    }

    private static LocalStepsOptimizer descent(FixedRateOptions options, KlLimit klLimit) {
        return local(new FixedRateKind(network -> new IdentityPreconditioner(), options), new LocalOptions(8, klLimit));
    }

    private static double[] moved(FixedRateOptions options, KlLimit klLimit) {
        return after(1, descent(options, klLimit), new PartitionedObjective(NETWORK, weighted()));
    }

    private static void heldBack(FixedRateOptions options, KlLimit klLimit, double nats) {
        Objective objective = new PartitionedObjective(NETWORK, weighted());
        Parameters start = NETWORK.initialParameters(5);
        assertThat(divergence(objective, start, moved(options, KlLimit.NONE))).isGreaterThan(3 * nats);
        LocalStepsOptimizer limited = descent(options, klLimit);
        StepReport report = limited.step(objective).orElseThrow();
        double kept = divergence(objective, start, limited.parameters().toArray());
        assertThat(report.local()).contains(new LocalRound(8, 1, 0, 1));
        assertThat(kept).isLessThanOrEqualTo(nats * (1 + 1e-6)).isGreaterThan(nats / 4);
        assertThat(report.measuredKl()).isCloseTo(kept, within(1e-12));
    }

    private static double loss(Objective objective, double[] at) {
        Query query = new Query(Parameters.of(NETWORK, at), RowSelection.training(5, 0.1), Request.loss());
        return objective.evaluate("", query).meanLoss();
    }

    private static double divergence(Objective objective, Parameters start, double[] end) {
        var moved = objective.evaluate(
                "",
                new Query(Parameters.of(NETWORK, end), RowSelection.training(5, 0.1), Request.divergenceFrom(start)));
        return moved.divergence() / moved.weight();
    }

    /** A schedule is one of local steps, whatever rounds they are in: it warms up and ends with them. */
    @Test
    void schedulesGoOnWithinRounds() {
        FixedRateKind constant = KINDS.get("sgd");
        FixedRateKind cosine = new FixedRateKind(
                constant.preconditioner(), constant.options().at(new LearningRate.Cosine(0.1, 5, STEPS)));
        Objective objective = new PartitionedObjective(NETWORK, weighted());
        double[] expected = after(STEPS, synchronous(cosine), objective);
        assertThat(expected).isNotEqualTo(after(STEPS, synchronous(constant), objective));
        same(after(STEPS / 4, local(cosine, steps(4)), objective), expected);
    }

    /** Of an E-KFAC it takes products of whole factors. */
    @Test
    void driftIsMeasuredOnceARound() {
        AtomicInteger measured = new AtomicInteger();
        FixedRateKind drifting = KINDS.get("kfac-drift");
        FixedRateKind counted = new FixedRateKind(
                network -> counting(drifting.preconditioner().create(network), measured), drifting.options());
        Objective objective = new PartitionedObjective(NETWORK, weighted());
        double[] found = after(4, local(counted, steps(5)), objective);
        assertThat(measured).as("not before the first refresh").hasValue(3);
        assertThat(found).containsExactly(after(4, local(drifting, steps(5)), objective));
    }

    private static Preconditioner counting(Preconditioner real, AtomicInteger drifts) {
        return (Preconditioner) Proxy.newProxyInstance(
                Preconditioner.class.getClassLoader(), new Class<?>[] {Preconditioner.class}, (proxy, method, args) -> {
                    if (method.getName().equals("drift")) {
                        drifts.incrementAndGet();
                    }
                    return method.invoke(real, args);
                });
    }

    /** Whoever looks at spectra and directions sees what workers apply. */
    @Test
    void theDriversMetricIsShown() {
        LocalStepsOptimizer optimizer = local(KINDS.get("kfac-clipped"), steps(3));
        optimizer.step(new PartitionedObjective(NETWORK, parts(weighted(), 2)));
        assertThat(optimizer.preconditioner().orElseThrow().factors()).isNotEmpty();
    }

    /**
     * A round is a job, the first one another where the preconditioner takes statistics, and so is every one that is longer than what
     * lies between refreshes; looks at held-out rows ride along.
     */
    @Test
    void aRoundIsOneJob() {
        TrainingOptions options = new TrainingOptions(6, Double.POSITIVE_INFINITY, 5, 0.1, 1, 100, 1e-3, true);
        for (String name : List.of("adam", "kfac-clipped")) {
            Objective objective = new PartitionedObjective(NETWORK, parts(weighted(), 2));
            List<StepReport> reports = new ArrayList<>();
            new Trainer(objective, local(KINDS.get(name), steps(3)), options, reports::add).run(() -> false);
            assertThat(reports).hasSize(6).allMatch(report -> report.validationLoss()
                    .isPresent());
            assertThat(objective.cost().jobs()).isEqualTo(name.equals("adam") ? 6 + 1 : 1 + 6 + 1);
            Objective again = new PartitionedObjective(NETWORK, parts(weighted(), 2));
            after(6, local(KINDS.get(name), steps(4)), again);
            assertThat(again.cost().jobs()).isEqualTo(name.equals("adam") ? 6 : 2 * 6);
        }
    }
}
