package io.kfac.spark.engine;

import io.kfac.linalg.Precision;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.optimizer.DampingSearch;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.data.DataSummary;
import io.kfac.spark.data.TrainingData;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * What a training run is going to take, worked out from shapes before anything runs: bytes on the driver, in each task and on
 * the wire, and jobs a step.
 * @param parts by layer, and what belongs to no layer
 */
public record Plan(Network network, OptimizerSpec optimizer, Workload workload, List<Part> parts) {
    private static final long DOUBLE = 8;

    /**
     * The rows to train on.
     * @param slots     tasks that run at the same time
     * @param dataBytes of the cached blocks
     */
    public record Workload(long rows, int partitions, int slots, long dataBytes) {

        /** Of rows that are cached. */
        static Workload of(TrainingData data) {
            DataSummary found = data.summary();
            int slots = data.blocks().context().defaultParallelism();
            return new Workload(found.rows(), found.partitions(), slots, found.bytes());
        }

        /**
         * Rows of a batch where so many are wanted, on average over an epoch: its last batch takes in what is left of it where that is
         * less than half of one, and no batch is more than an epoch.
         */
        double batch(double wanted) {
            return (double) rows / Math.max(1, Math.round(rows / wanted));
        }

        /** Rows of such a batch in the slowest task: hashed rows vary as counts do. */
        double largestShare(double wanted) {
            double share = batch(wanted) / partitions;
            return share + Math.sqrt(share);
        }
    }

    /**
     * Bytes of one part.
     * @param name      such as {@code layer 0}
     * @param shape     in words
     * @param driver    in double: parameters, moving sums, Cholesky factors
     * @param executor  of each running task: parameters, gradient, sums, buffers
     * @param broadcast to each executor, a step
     * @param answer    from each partition, a step
     */
    public record Part(String name, String shape, long driver, long executor, long broadcast, long answer) {}

    /**
     * @param driver      bytes of its memory
     * @param executor    bytes of one's memory
     * @param maxResult   spark.driver.maxResultSize, 0 for no limit
     * @param oneJvm      whether the driver is the executor
     * @param driverCores that it may compute on
     */
    public record Limits(
            long driver, long executor, int coresPerExecutor, long maxResult, boolean oneJvm, int driverCores) {}

    public static Plan of(Network network, OptimizerSpec optimizer, Workload workload) {
        List<Part> parts = new ArrayList<>();
        for (int l = 0; l < network.depth(); l++) {
            parts.add(layer(network, optimizer, l));
        }
        Metric.Needs whole = optimizer.metric().needs(network);
        if (!whole.shape().isEmpty()) {
            long number = network.precision().bytes();
            parts.add(new Part(
                    "whole Fisher",
                    whole.shape(),
                    DOUBLE * whole.driver(),
                    number * whole.task() + (optimizer.local() ? 2 * DOUBLE * whole.answer() : 0),
                    number * whole.sent() + (optimizer.local() ? DOUBLE * whole.answer() : 0),
                    number * whole.answer()));
        }
        if (optimizer.searchesDamping()) {
            parts.add(points("damping search", DampingSearch.POINTS, DampingSearch.DIRECTIONS, network, workload));
        }
        if (optimizer.trialPoints() > 0) {
            parts.add(points("trial points", optimizer.trialPoints(), 0, network, workload));
        }
        return new Plan(network, optimizer, workload, List.copyOf(parts));
    }

    /** Points that are looked at in one job: the search for the initial damping, before the first step, or the trials of a step. */
    private static Part points(String name, int points, int directions, Network network, Workload workload) {
        long number = network.precision().bytes();
        long weights = network.size();
        double rowBytes = (double) workload.dataBytes() / Math.max(1, workload.rows());
        return new Part(
                name,
                "%d points".formatted(points),
                DOUBLE * weights * (directions + points),
                // The points, and rows of the inputs for each.
                points * (number * weights + (long) (Metric.Needs.PASS_ROWS * rowBytes)),
                0,
                0);
    }

    private static Part layer(Network network, OptimizerSpec optimizer, int l) {
        Layer layer = network.layer(l);
        long number = network.precision().bytes();
        long weights = layer.size();
        Metric.Needs needs = optimizer.metric().needs(layer);
        String shape = "W %,d x %,d".formatted(layer.outputs(), layer.columns());
        return new Part(
                "layer " + l,
                needs.shape().isEmpty() ? shape : shape + ", " + needs.shape(),
                DOUBLE * (weights * optimizer.driverVectors() + needs.driver()),
                // Of each row of a pass: activation, slope, delta, tangent.
                optimizer.taskBytes(layer, network.precision()) + number * Metric.Needs.PASS_ROWS * 4 * layer.outputs(),
                optimizer.sentBytes(layer, network.precision()),
                optimizer.answerBytes(layer, network.precision()));
    }

    public int jobsPerStep() {
        return optimizer.jobsPerStep();
    }

    public long driverBytes() {
        return sum(parts.stream().mapToLong(Part::driver));
    }

    /** Of one task. */
    public long taskBytes() {
        return sum(parts.stream().mapToLong(Part::executor));
    }

    public long broadcastBytes() {
        return sum(parts.stream().mapToLong(Part::broadcast));
    }

    /** Of one partition, in the larger job of a step. */
    public long answerBytes() {
        return sum(parts.stream().mapToLong(Part::answer));
    }

    private static long sum(LongStream bytes) {
        return bytes.reduce(0, Math::addExact);
    }

    /** The same in an average step: statistics are in it when it is their turn. */
    double meanAnswerBytes() {
        double plain = network.layers().stream()
                .mapToLong(layer -> optimizer.plainAnswerBytes(layer, network.precision()))
                .sum();
        return plain + optimizer.statisticsShare() * (answerBytes() - plain);
    }

    /** Answers that reach the driver in one job: one a partition, or one a group where that would be too much. */
    public int collectedAnswers() {
        return new OrderedSum(workload.partitions()).groups(answerBytes());
    }

    /** What counts against spark.driver.maxResultSize. */
    public long resultBytes() {
        int answers = collectedAnswers();
        boolean grouped = answers < workload.partitions();
        // Groups are added in double.
        long size = grouped && network.precision() == Precision.FLOAT ? 2 * answerBytes() : answerBytes();
        return Math.multiplyExact(answers, size);
    }

    /** Of the busiest executor, blocks not counted: those go to disk where memory is short. */
    public long executorBytes(Limits limits) {
        long tasks = Math.min(limits.coresPerExecutor(), workload.partitions());
        return Math.addExact(Math.multiplyExact(tasks, taskBytes()), broadcastBytes());
    }

    /** Bytes of the driver: what the run holds, the answers of a step with their sum, and tasks where it runs these too. */
    public long driverNeed(Limits limits) {
        return driverBytes() + Math.multiplyExact(2L, resultBytes()) + (limits.oneJvm() ? executorBytes(limits) : 0);
    }

    /** What does not fit, and the options that help: {@code ... Remedy: ...}. */
    public Optional<String> misfit(Limits limits) {
        return new Misfit(this, limits).text();
    }

    public boolean fits(Limits limits) {
        return misfit(limits).isEmpty();
    }

    /** @throws BadInput naming what does not fit and the option that helps */
    public void refuseUnlessFits(Limits limits) {
        misfit(limits).ifPresent(text -> {
            throw new BadInput("Cannot train %s with %s: %s".formatted(network.widths(), optimizer.title(), text));
        });
    }
}
