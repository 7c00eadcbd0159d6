package io.kfac.spark.engine;

import io.kfac.linalg.Precision;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.optimizer.KlLimit;
import io.kfac.optimizer.LearningRate;
import io.kfac.optimizer.LocalOptions;
import io.kfac.optimizer.LocalStepsOptimizer;
import io.kfac.optimizer.Optimizer;
import io.kfac.preconditioner.LocalPreconditioner;
import io.kfac.preconditioner.Preconditioner;
import java.util.OptionalInt;

/**
 * Steps at a fixed rate that every partition takes on its own rows, averaged after each round of them.
 * @param each    what every partition does
 * @param steps   of a round
 * @param workers partitions
 * @param klLimit of a worker in a round
 */
public record LocalSpec(FixedRateSpec each, int steps, int workers, KlLimit klLimit) implements OptimizerSpec {

    /** With the limit that good rounds do not come to. */
    public LocalSpec(FixedRateSpec each, int steps, int workers) {
        this(each, steps, workers, KlLimit.AUTO);
    }

    /**
     * One worker a partition.
     * @param each  as it would step synchronously
     * @param steps of a round; empty: as many as pay, see {@link LocalChoice}
     */
    public static LocalSpec of(FixedRateSpec each, OptionalInt steps, Network network, Plan.Workload workload) {
        int round = steps.orElseGet(() -> LocalChoice.steps(network, each, workload));
        FixedRateSpec stretched = new FixedRateSpec(
                each.metric(), each.options().at(overRounds(each.options().rate(), round)));
        return new LocalSpec(stretched, round, workload.partitions());
    }

    /** The same with another limit. */
    public LocalSpec within(KlLimit other) {
        return new LocalSpec(each, steps, workers, other);
    }

    /** A cosine that ends with the last of its steps, which are rounds, ends with the last local step; a warm-up is in local steps. */
    private static LearningRate overRounds(LearningRate rate, int steps) {
        return rate instanceof LearningRate.Cosine cosine
                ? new LearningRate.Cosine(cosine.peak(), cosine.warmup(), cosine.steps() * steps)
                : rate;
    }

    @Override
    public Optimizer create(Start start) {
        // A round takes statistics once, where as many synchronous steps would do so more often.
        Metric metric = metric().sampledEvery(Math.max(1, steps / each.statisticsEvery()));
        return new LocalStepsOptimizer(
                start.network(),
                start.parameters(),
                new Create(metric, workers * start.share(each.batchRows())),
                start.run(),
                each.optionsFor(start),
                new LocalOptions(steps, klLimit),
                System::nanoTime);
    }

    /** Travels with local steps. */
    private record Create(Metric metric, double batchShare) implements LocalPreconditioner.Factory {
        @Override
        public Preconditioner create(Network network) {
            return metric.create(network, batchShare);
        }
    }

    @Override
    public Metric metric() {
        return each.metric();
    }

    @Override
    public String title() {
        return "%s, %,d local steps a round".formatted(each.title(), steps);
    }

    @Override
    public String control() {
        return each.control();
    }

    /** Of all steps of a round. */
    @Override
    public int batchRows() {
        return (int) Math.min(Integer.MAX_VALUE, (long) each.batchRows() * steps * workers);
    }

    @Override
    public boolean local() {
        return true;
    }

    /** Statistics ride along with the round before, unless rounds are longer than what lies between refreshes. */
    @Override
    public int jobsPerStep() {
        return !ride() && statisticsShare() > 0.5 ? 2 : 1;
    }

    private boolean ride() {
        return steps > 1 && steps <= each.refreshEvery();
    }

    /** Share of the rounds. */
    @Override
    public double statisticsShare() {
        return metric().learns() ? Math.min(1, (double) steps / each.statisticsEvery()) : 0;
    }

    @Override
    public double refreshShare() {
        return metric().learns() ? Math.min(1, (double) steps / each.refreshEvery()) : 0;
    }

    private long applied(Layer layer) {
        return metric().applied(layer) + metric().followed(layer);
    }

    /** The point and its momentum, the point of statistics that ride along, and in double what the metric applies. */
    @Override
    public long sentBytes(Layer layer, Precision precision) {
        int vectors = metric().learns() && ride() ? 3 : 2;
        return (long) precision.bytes() * vectors * layer.size() + Double.BYTES * applied(layer);
    }

    /** What a round brings back, ways and momentum, and what its statistics do. */
    @Override
    public long answerBytes(Layer layer, Precision precision) {
        long statistics = metric().learns() ? each.answerBytes(layer, precision) : 0;
        return plainAnswerBytes(layer, precision) + statistics;
    }

    @Override
    public long plainAnswerBytes(Layer layer, Precision precision) {
        return precision.bytes() * 2L * layer.size() + Double.BYTES * metric().followed(layer);
    }

    /** A worker is an optimizer: beside what a step takes it holds vectors and the metric in double. */
    @Override
    public long taskBytes(Layer layer, Precision precision) {
        long doubles = 8L * layer.size() + 2 * applied(layer);
        return each.taskBytes(layer, precision) + Double.BYTES * doubles;
    }

    /** Of all workers together, in one of a round's steps. */
    private double stepBatch() {
        return (double) each.batchRows() * workers;
    }

    @Override
    public double stepRows(Plan.Workload workload) {
        return steps * workload.batch(stepBatch());
    }

    @Override
    public double taskSeconds(Plan.Workload workload, PassSpeed pass) {
        double batch = workload.largestShare(stepBatch());
        // The divergence at the end takes two forward passes over a batch.
        double once = statisticsShare() * pass.statistics() + 2 * pass.loss();
        return steps * (batch * pass.gradient() + pass.apply()) + batch * once;
    }

    @Override
    public double driverSeconds(PassSpeed pass) {
        return statisticsShare() * pass.learn() + refreshShare() * pass.refresh();
    }
}
