package io.kfac.spark.jobs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kfac.objective.Evaluation;
import io.kfac.spark.data.DataSummary;
import io.kfac.spark.engine.BlasCensus;
import io.kfac.spark.engine.Json;
import io.kfac.spark.engine.TrainingRun;
import java.util.Optional;

/** What {@code metrics.json} says. */
record Metrics(
        String optimizer,
        DataSummary data,
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
        json.set("train", scores(outcome.train()));
        json.set("test", scores(outcome.test()));
        ObjectNode validation = json.putObject("validation");
        Json.number(validation, "loss", outcome.result().validationLoss().orElse(Double.NaN));
        ObjectNode seconds = json.putObject("seconds");
        seconds.put("total", totalSeconds);
        seconds.put("data", data.seconds());
        seconds.put("train", outcome.seconds());
        json.put("bytes", outcome.cost().bytes());
        Json.number(json, "epochs", outcome.result().epochs());
        json.put("stepReturned", outcome.result().stepReturned());
        json.put("averaged", outcome.result().averaged());
        json.put("stopReason", outcome.result().stopReason());
        json.put("stopped", outcome.stopped());
        json.put("blas", blas.summary());
        json.put("nativeBlas", blas.warnings().isEmpty());
        json.put("seed", seed);
        return json;
    }

    /** Loss and accuracy, null where there is none. */
    static ObjectNode scores(Optional<Evaluation> evaluation) {
        ObjectNode json = Json.object();
        Json.number(json, "loss", evaluation.map(Evaluation::meanLoss).orElse(Double.NaN));
        Json.number(json, "accuracy", evaluation.map(Metrics::accuracy).orElse(Double.NaN));
        return json;
    }

    private static double accuracy(Evaluation evaluation) {
        return evaluation.accuracy();
    }
}
