package io.kfac.spark.jobs;

import io.kfac.objective.Evaluation;
import io.kfac.optimizer.TrainingResult;
import io.kfac.spark.data.DataSummary;
import io.kfac.spark.data.TrainingData;
import io.kfac.spark.engine.OptimizerSpec;
import io.kfac.spark.engine.TrainingRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/** The small table at the end of training, and where things are. */
final class TrainSummary {
    private TrainSummary() {}

    static void print(
            Console console,
            OptimizerSpec optimizer,
            DataSummary data,
            Optional<TrainingData> test,
            TrainingRun.Outcome outcome,
            double seconds,
            Path output) {
        boolean classes = data.classes() > 0;
        List<List<String>> rows = new ArrayList<>();
        rows.add(classes ? List.of("", "rows", "loss", "accuracy") : List.of("", "rows", "loss"));
        outcome.train().ifPresent(scores -> rows.add(row("training", data.rows(), scores, classes)));
        test.ifPresent(held -> outcome.test()
                .ifPresent(scores -> rows.add(row("test", held.summary().rows(), scores, classes))));
        console.blank();
        if (rows.size() > 1) {
            console.table(1, rows);
            console.blank();
        }
        TrainingResult result = outcome.result();
        console.fact(
                outcome.stopped() ? "stopped" : "trained",
                "%s: %,d steps, %,d jobs, %s of training, %s in all"
                        .formatted(
                                optimizer.title(),
                                result.steps(),
                                outcome.cost().jobs(),
                                Durations.text(outcome.seconds()),
                                Durations.text(seconds)));
        console.fact(
                "ended by",
                "%s; %s step %d kept"
                        .formatted(
                                result.stopReason(), result.averaged() ? "the average at" : "", result.stepReturned())
                        .replace(";  ", "; "));
        console.fact("model", new Path(output, "model").toString());
        console.fact("metrics", new Path(output, "metrics.json").toString());
        console.fact("run log", new Path(output, "run.jsonl").toString());
    }

    private static List<String> row(String name, long rows, Evaluation scores, boolean classes) {
        List<String> cells = new ArrayList<>(List.of(name, "%,d".formatted(rows), "%.4f".formatted(scores.meanLoss())));
        if (classes) {
            cells.add("%.4f".formatted(scores.accuracy()));
        }
        return cells;
    }
}
