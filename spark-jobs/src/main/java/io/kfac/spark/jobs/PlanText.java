package io.kfac.spark.jobs;

import io.kfac.model.Network;
import io.kfac.spark.data.DataSummary;
import io.kfac.spark.engine.Bytes;
import io.kfac.spark.engine.ClusterLimits;
import io.kfac.spark.engine.Plan;
import io.kfac.spark.engine.SolverChoice;
import io.kfac.spark.engine.StepEstimate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.spark.SparkContext;

/** Plans for people. */
final class PlanText {
    private PlanText() {}

    static Plan.Workload workload(DataSummary data, Session session) {
        SparkContext context = session.spark().sparkContext();
        return new Plan.Workload(data.rows(), data.partitions(), context.defaultParallelism(), data.bytes());
    }

    /** {@code 64-100-10, tanh, categorical outputs, float, 7,510 parameters}. */
    static String model(Network network) {
        String widths = network.widths().stream().map(String::valueOf).collect(Collectors.joining("-"));
        String hidden =
                network.depth() == 1 ? "" : network.layer(0).activation().key() + ", ";
        return "%s, %s%s outputs, %s, %,d parameters"
                .formatted(
                        widths,
                        hidden,
                        network.family().name(),
                        network.precision().name().toLowerCase(Locale.ROOT),
                        network.size());
    }

    /**
     * One line.
     * @param near whether the driver goes through the rows, see {@link SolverChoice#onDriver}
     */
    static String summary(Plan plan, boolean near) {
        if (near) {
            return "%s; jobs: %s; driver %s, each of its threads %s"
                    .formatted(
                            plan.optimizer().title(),
                            brought(plan),
                            Bytes.text(plan.driverBytes()),
                            Bytes.text(plan.taskBytes()));
        }
        return "%s, steps %s, %s; driver %s, each task %s; a step sends %s and gets %s from each of %d partition%s"
                .formatted(
                        plan.optimizer().title(),
                        plan.optimizer().control(),
                        jobs(plan),
                        Bytes.text(plan.driverBytes()),
                        Bytes.text(plan.taskBytes()),
                        Bytes.text(plan.broadcastBytes()),
                        Bytes.text(plan.answerBytes()),
                        plan.workload().partitions(),
                        plan.workload().partitions() == 1 ? "" : "s");
    }

    private static String jobs(Plan plan) {
        return "%d job%s a step".formatted(plan.jobsPerStep(), plan.jobsPerStep() == 1 ? "" : "s");
    }

    private static String brought(Plan plan) {
        return "one brings %s to the driver, which goes through them sooner than jobs would; none a step"
                .formatted(Bytes.text(plan.workload().dataBytes()));
    }

    /** The whole of it. @param near as of {@link #summary} */
    static void print(Console console, Plan plan, StepEstimate estimate, Plan.Limits limits, boolean near) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(plan.optimizer().title(), "matrices", "driver", "each task", "sent", "answer"));
        for (Plan.Part part : plan.parts()) {
            rows.add(List.of(
                    part.name(),
                    part.shape(),
                    Bytes.text(part.driver()),
                    Bytes.text(part.executor()),
                    Bytes.text(part.broadcast()),
                    Bytes.text(part.answer())));
        }
        rows.add(List.of(
                "in all",
                "",
                Bytes.text(plan.driverBytes()),
                Bytes.text(plan.taskBytes()),
                Bytes.text(plan.broadcastBytes()),
                Bytes.text(plan.answerBytes())));
        console.table(2, rows);
        console.blank();
        console.fact("steps", plan.optimizer().control());
        console.fact("jobs", near ? brought(plan) : jobs(plan));
        if (!near) {
            console.fact("result", result(plan, limits));
        }
        console.fact(
                "memory",
                "driver has %s; an executor needs %s for %d tasks and has %s%s"
                        .formatted(
                                Bytes.text(limits.driver()),
                                Bytes.text(plan.executorBytes(limits)),
                                Math.min(
                                        limits.coresPerExecutor(),
                                        plan.workload().partitions()),
                                Bytes.text(limits.executor()),
                                limits.oneJvm() ? " (the same JVM)" : ""));
        console.fact(
                "a step",
                "about %s: passes %s, factoring %s, wire %s, Spark %s"
                        .formatted(
                                Durations.text(estimate.total()),
                                Durations.text(estimate.compute()),
                                Durations.text(estimate.refresh()),
                                Durations.text(estimate.wire()),
                                Durations.text(estimate.overhead())));
    }

    private static String result(Plan plan, Plan.Limits limits) {
        return "%s reach the driver in one job%s; spark.driver.maxResultSize is %s"
                .formatted(
                        Bytes.text(plan.resultBytes()),
                        plan.collectedAnswers() < plan.workload().partitions()
                                ? ", added up in %d groups first".formatted(plan.collectedAnswers())
                                : "",
                        limits.maxResult() > 0 ? Bytes.text(limits.maxResult()) : "without limit");
    }

    static Plan.Limits limits(Session session) {
        return ClusterLimits.of(session.spark().sparkContext());
    }
}
