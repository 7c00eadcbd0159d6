package io.kfac.spark.jobs;

import io.kfac.objective.Evaluation;
import io.kfac.optimizer.LocalTotals;
import io.kfac.optimizer.TrainingResult;
import io.kfac.spark.data.DataEncoding;
import io.kfac.spark.data.TrainingData;
import io.kfac.spark.engine.OptimizerSpec;
import io.kfac.spark.engine.TrainingRun;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;

/** The small table at the end of training, and where things are. */
final class TrainSummary {
    private TrainSummary() {}

    static void print(
            Console console,
            OptimizerSpec optimizer,
            LoadedTables tables,
            TrainingRun.Outcome outcome,
            double seconds,
            Path output) {
        List<List<String>> rows = new ArrayList<>();
        List<String> header = new ArrayList<>(List.of("", "rows", "loss"));
        DataEncoding target = tables.train().encoding();
        target.labels().ifPresent(classes -> header.add("accuracy"));
        target.valueColumn().ifPresent(values -> header.add("deviance"));
        rows.add(header);
        outcome.train().ifPresent(scores -> rows.add(row("training", tables.train(), scores)));
        tables.test().ifPresent(held -> outcome.test().ifPresent(scores -> rows.add(row("test", held, scores))));
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
        local(console, outcome.local());
        console.fact("model", new Path(output, "model").toString());
        console.fact("metrics", new Path(output, "metrics.json").toString());
        console.fact("report", new Path(output, "report.html").toString());
        console.fact("run log", new Path(output, "run.jsonl").toString());
    }

    private static void local(Console console, LocalTotals local) {
        if (local.rounds() > 0) {
            console.fact("local steps", "%,d rounds; %s".formatted(local.rounds(), local));
        }
        if (local.astray()) {
            System.err.println(
                    "WARNING: workers of local steps went astray: %s. Remedy: a lower optimizer.learningRate, or fewer train.localSteps"
                            .formatted(local));
        }
    }

    private static List<String> row(String name, TrainingData data, Evaluation scores) {
        List<String> cells = new ArrayList<>(
                List.of(name, "%,d".formatted(data.summary().rows()), "%.4f".formatted(scores.meanLoss())));
        data.encoding().labels().ifPresent(classes -> cells.add("%.4f".formatted(scores.accuracy())));
        data.encoding().valueColumn().ifPresent(values -> cells.add("%.6g".formatted(scores.deviance())));
        return cells;
    }
}
