package io.kfac.spark.jobs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kfac.objective.Evaluation;
import io.kfac.spark.data.DataEncoding;
import io.kfac.spark.data.DataSummary;
import io.kfac.spark.engine.BlasCensus;
import io.kfac.spark.engine.Json;
import io.kfac.spark.engine.TrainingRun;
import java.util.Optional;

/** What {@code metrics.json} says. */
record Metrics(
        String optimizer,
        DataSummary data,
        DataEncoding target,
        TrainingRun.Outcome outcome,
        double totalSeconds,
        BlasCensus blas,
        long seed) {

    ObjectNode json() {
        ObjectNode json = Json.object();
        json.put("optimizer", optimizer);
        json.put("steps", outcome.result().steps());
        json.put("jobs", outcome.cost().jobs());
        json.put("rows", data.rows());
        json.put("features", data.features());
        json.put("classes", data.classes());
        json.set("train", scores(outcome.train(), target));
        json.set("test", scores(outcome.test(), target));
        ObjectNode validation = json.putObject("validation");
        Json.number(validation, "loss", outcome.result().validationLoss().orElse(Double.NaN));
        ObjectNode seconds = json.putObject("seconds");
        seconds.put("total", totalSeconds);
        seconds.put("data", data.seconds());
        seconds.put("train", outcome.seconds());
        json.put("bytes", outcome.cost().bytes());
        Json.number(json, "epochs", outcome.result().epochs());
        Json.local(json, outcome.local());
        json.put("stepReturned", outcome.result().stepReturned());
        json.put("averaged", outcome.result().averaged());
        json.put("stopReason", outcome.result().stopReason());
        json.put("stopped", outcome.stopped());
        json.put("blas", blas.summary());
        json.put("nativeBlas", blas.warnings().isEmpty());
        json.put("seed", seed);
        return json;
    }

    /** Loss, accuracy where there are classes, deviance where there are values; null where there is none. */
    static ObjectNode scores(Optional<Evaluation> evaluation, DataEncoding target) {
        ObjectNode json = Json.object();
        Json.number(json, "loss", evaluation.map(Evaluation::meanLoss).orElse(Double.NaN));
        Optional<Evaluation> classes =
                evaluation.filter(scores -> target.labels().isPresent());
        Json.number(json, "accuracy", classes.map(Evaluation::accuracy).orElse(Double.NaN));
        if (target.valueColumn().isPresent()) {
            Json.number(json, "deviance", evaluation.map(Evaluation::deviance).orElse(Double.NaN));
        }
        return json;
    }
}
