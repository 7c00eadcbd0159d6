package io.kfac.spark.engine;

import io.kfac.curvature.CurvatureKind;
import io.kfac.linalg.Precision;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.optimizer.DampingSearch;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.data.DataSummary;
import io.kfac.spark.data.TrainingData;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * What a training run is going to take, worked out from shapes before anything runs: bytes on the driver, in each task and on
 * the wire, and jobs a step.
 * @param parts by layer, and what belongs to no layer
 */
public record Plan(Network network, OptimizerSpec optimizer, Workload workload, List<Part> parts) {
    /** Share of a JVM's memory that we count on: the rest is for Spark, serialised results and the garbage of a step. */
    private static final double USABLE = 0.7;

    private static final long DOUBLE = 8;
    /** Queries travel as one array of bytes. */
    private static final double MOST_SENT = Integer.MAX_VALUE - 4096;

    /** A Java array has at most so many elements, and a matrix is one array. */
    private static final double MOST_ORDER = Math.floor(Math.sqrt(Integer.MAX_VALUE - 8));

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
                points * (number * weights + (long) (1024 * rowBytes)),
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
                // Of each of 1,024 rows: activation, slope, delta, tangent.
                optimizer.taskBytes(layer, network.precision()) + number * 1024 * 4 * layer.outputs(),
                optimizer.sentBytes(layer, network.precision()),
                optimizer.answerBytes(layer, network.precision()));
    }

    private static long packed(long order) {
        return order * (order + 1) / 2;
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

    /** Whether {@link #refuseUnlessFits} lets it pass. */
    public boolean fits(Limits limits) {
        try {
            refuseUnlessFits(limits);
            return true;
        } catch (BadInput refused) {
            return false;
        }
    }

    /** @throws BadInput naming what does not fit and the option that helps */
    public void refuseUnlessFits(Limits limits) {
        optimizer.statistics().ifPresent(this::refuseHugeMatrices);
        refuseHugeSearch();
        long result = resultBytes();
        if (limits.maxResult() > 0 && result > limits.maxResult()) {
            throw refusal(
                    "each step brings %s to the driver, and spark.driver.maxResultSize is %s"
                            .formatted(Bytes.text(result), Bytes.text(limits.maxResult())),
                    "--conf spark.driver.maxResultSize=%s".formatted(Bytes.setting(2 * result)));
        }
        long driver = driverBytes() + Math.multiplyExact(2L, result) + (limits.oneJvm() ? executorBytes(limits) : 0);
        if (driver > USABLE * limits.driver()) {
            throw refusal(
                    "the driver needs about %s, and has %s to use"
                            .formatted(Bytes.text(driver), Bytes.text((long) (USABLE * limits.driver()))),
                    "--driver-memory %s".formatted(Bytes.setting((long) (driver / USABLE))));
        }
        if (!limits.oneJvm() && executorBytes(limits) > USABLE * limits.executor()) {
            throw refusal(
                    "an executor of %d tasks needs about %s, and has %s to use"
                            .formatted(limits.coresPerExecutor(), Bytes.text(executorBytes(limits)), Bytes.text((long)
                                    (USABLE * limits.executor()))),
                    "--executor-memory %s, or fewer --executor-cores"
                            .formatted(Bytes.setting((long) (executorBytes(limits) / USABLE))));
        }
    }

    private void refuseHugeMatrices(CurvatureKind kind) {
        long orders = 0;
        for (int order : kind.orders(network)) {
            orders += packed(order);
            if (order > MOST_ORDER) {
                throw refusal(
                        "its curvature has a matrix of order %,d, and a Java array ends at order %,.0f"
                                .formatted(order, MOST_ORDER),
                        "fewer features (--set data.maxCategories=..., --set data.drop=[...])");
            }
        }
        if (orders + network.size() > Integer.MAX_VALUE - 8) {
            throw refusal(
                    "the curvature sums of a batch are %,d numbers, and a Java array ends at %,d"
                            .formatted(orders, Integer.MAX_VALUE - 8),
                    "narrower layers (--set model.hidden=[...])");
        }
    }

    private void refuseHugeSearch() {
        double sent = (double) DampingSearch.POINTS
                * network.size()
                * network.precision().bytes();
        if (optimizer.searchesDamping() && sent > MOST_SENT) {
            throw refusal(
                    "the search for its damping sends %s at once, and a Java array ends at %s"
                            .formatted(Bytes.text((long) sent), Bytes.text((long) MOST_SENT)),
                    "--set optimizer.damping=1e-3, which leaves the search out");
        }
    }

    private BadInput refusal(String problem, String remedy) {
        return new BadInput("Cannot train %s with %s: %s. Remedy: %s; or %s"
                .formatted(network.widths(), optimizer.title(), problem, remedy, otherwise()));
    }

    private String otherwise() {
        if (optimizer instanceof ExactSpec.Newton) {
            return "optimizer l-bfgs (--set optimizer.solver=l-bfgs)";
        }
        if (optimizer instanceof ExactSpec) {
            return "fewer features (--set data.maxCategories=..., --set data.drop=[...])";
        }
        if (optimizer.metric() instanceof LayerBlockMetric blocks) {
            return "smaller blocks (--set optimizer.block=%d)".formatted(Math.max(1, blocks.most() / 4));
        }
        if (optimizer.metric() instanceof FullFisherMetric) {
            return "--set optimizer.name=kfac";
        }
        String narrower = "narrower layers (--set model.hidden=[...])";
        return optimizer.statistics().isPresent() ? narrower + ", or --set optimizer.name=adam" : narrower;
    }
}
