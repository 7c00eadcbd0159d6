package io.kfac.spark.engine;

import io.kfac.curvature.CurvatureKind;
import io.kfac.linalg.Precision;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Penalty;
import io.kfac.optimizer.Optimizer;
import io.kfac.optimizer.RunOptions;
import java.util.Optional;

/**
 * Which optimizer, with all of its settings: what configuration is read into, and what the plan and the training run are made
 * from. A metric and a step control, of which any go together; a new control is one more member. See {@link Preset} for the
 * compositions that have names.
 */
public sealed interface OptimizerSpec
        permits AdaptiveSpec, FixedRateSpec, TruncatedSpec, QuasiNewtonSpec, LocalSpec, ExactSpec {
    /** Of {@link #products}: forward, back and the gradient. */
    double GRADIENT_PRODUCTS = 3;

    /**
     * Where and on what a run starts.
     * @param validation share of the rows held out while training
     */
    record Start(Network network, Parameters parameters, Penalty penalty, long seed, double validation, long rows) {
        public RunOptions run() {
            return new RunOptions(penalty, seed, validation);
        }

        /** Share of the training rows that so many rows are. */
        double share(int batchRows) {
            return batchRows / (rows * (1 - validation));
        }
    }

    /** The optimizer in its initial state. */
    Optimizer create(Start start);

    /** What steps, or the solves within them, are measured in. */
    Metric metric();

    /** In tables and the UI: {@code K-FAC}. */
    String title();

    /** What chooses the length of its steps, in words that go on from "steps are": {@code measured by the quadratic model}. */
    String control();

    /** Rows of the first batches. */
    int batchRows();

    /** The same with a damping of one's choice, the initial one where it adapts it; empty where it has none. */
    default Optional<OptimizerSpec> damped(double lambda) {
        return Optional.empty();
    }

    /** The statistics of a step, where it takes any. */
    default Optional<CurvatureKind> statistics() {
        return metric().statistics();
    }

    /** Steps between statistics. */
    default int statisticsEvery() {
        return 1;
    }

    /** Steps between refreshes, about. */
    default int refreshEvery() {
        return 1;
    }

    /** Whether step size, momentum and damping come from the quadratic model, at the price of a second job a step. */
    default boolean adaptive() {
        return false;
    }

    /** Whether partitions step by themselves, and a step is a round after which they are averaged. */
    default boolean local() {
        return false;
    }

    /** What every partition does: itself where all rows take each step together. */
    default OptimizerSpec each() {
        return this;
    }

    /** Steps that every partition takes between averages; 1 where all rows take each step together. */
    default int steps() {
        return 1;
    }

    /** Jobs of a step, about. */
    default int jobsPerStep() {
        return adaptive() ? 2 : 1;
    }

    /** Whether it begins with a search for its damping, which holds and sends many points at once. */
    default boolean searchesDamping() {
        return false;
    }

    /** Whether it ends at the optimum of the training rows, so that held-out rows and averages have nothing to add. */
    default boolean exact() {
        return false;
    }

    /** Bytes of a layer's share of what a step sends to each executor. */
    default long sentBytes(Layer layer, Precision precision) {
        return precision.bytes()
                * ((long) layer.size() * sentVectors() + metric().needs(layer).sent());
    }

    /** Bytes of a layer's share of what a step's larger job gets from each partition: gradient and statistics. */
    default long answerBytes(Layer layer, Precision precision) {
        return precision.bytes() * (layer.size() + metric().needs(layer).answer());
    }

    /** Bytes of a layer's share of what a task holds beside its rows: parameters, gradient, statistics. */
    default long taskBytes(Layer layer, Precision precision) {
        return precision.bytes() * (3L * layer.size() + metric().needs(layer).task());
    }

    /** Vectors as long as the parameters that the driver holds, in double: the point, directions, what undoing takes, averages. */
    default int driverVectors() {
        return adaptive() ? 12 : 8;
    }

    /** Vectors as long as the parameters that each executor is sent in a step. */
    default int sentVectors() {
        // Job A sends the point and, to judge the last step, the one before; job B the point and the directions that
        // compete.
        return adaptive() ? 5 : 1;
    }

    /** Bytes of a layer's share of what a step that takes no statistics gets from each partition. */
    default long plainAnswerBytes(Layer layer, Precision precision) {
        return (long) precision.bytes() * layer.size();
    }

    /** Points that are sent and looked at in one job, with rows of the inputs for each. */
    default int trialPoints() {
        return 0;
    }

    /** Products with W a row and step: forward, back and the gradient; to judge and to measure curvature about as much again. */
    default double products() {
        return adaptive() ? 2 * GRADIENT_PRODUCTS : GRADIENT_PRODUCTS;
    }

    /** Dampings that compete at a refresh. */
    default int dampings() {
        return adaptive() ? 3 : 1;
    }

    /** Share of the steps that take statistics. */
    default double statisticsShare() {
        return 1.0 / statisticsEvery();
    }

    /** Share of the steps that refresh. */
    default double refreshShare() {
        return 1.0 / refreshEvery();
    }

    /** Rows that a step visits, on average over an epoch. */
    default double stepRows(Plan.Workload workload) {
        return workload.batch(batchRows());
    }

    /** Seconds of the slowest task of a step, on average. @param pass of its core */
    default double taskSeconds(Plan.Workload workload, PassSpeed pass) {
        double learning = statisticsShare() * Math.max(0, pass.statistics() - pass.gradient());
        return workload.largestShare(batchRows()) * (products() / GRADIENT_PRODUCTS * pass.gradient() + learning);
    }

    /** Seconds that a step takes on the driver, on average: learning from statistics, refreshing and applying the metric. */
    default double driverSeconds(PassSpeed pass) {
        return statisticsShare() * pass.learn() + refreshShare() * dampings() * pass.refresh() + pass.apply();
    }
}
