package io.kfac.spark.jobs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kfac.family.IndependentOutputs;
import io.kfac.objective.Evaluation;
import io.kfac.spark.data.BlockOptions;
import io.kfac.spark.data.Columns;
import io.kfac.spark.data.DataOptions;
import io.kfac.spark.data.EncodingOptions;
import io.kfac.spark.data.LabelEncoding;
import io.kfac.spark.data.Table;
import io.kfac.spark.data.Tables;
import io.kfac.spark.data.Target;
import io.kfac.spark.data.TrainingData;
import io.kfac.spark.engine.Files;
import io.kfac.spark.engine.Json;
import io.kfac.spark.engine.ModelStore;
import io.kfac.spark.engine.OutputDirectory;
import io.kfac.spark.engine.Scores;
import io.kfac.spark.engine.TrainedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kfac evaluate}. */
@Command(
        name = "evaluate",
        sortOptions = false,
        header = "Measures a trained model on a table whose answers are known.",
        description = {
            "",
            "Prints mean loss in nats and, for classes, accuracy and which are taken for which; for values, deviance.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  kfac evaluate --model models/churn --data july.csv",
            "  kfac evaluate --model models/churn --data july.csv --label left --output july-scores",
        })
final class EvaluateCommand implements Callable<Integer> {
    private static final int MOST_CLASSES_SHOWN = 20;

    @Mixin
    private TableArguments table;

    @Option(
            names = "--label",
            paramLabel = "COLUMN",
            description = "Column of the answers; default that of the training table.")
    private String label;

    @Option(names = "--weight", paramLabel = "COLUMN", description = "Column of how often a row counts; default once.")
    private String weight;

    @Option(names = "--output", paramLabel = "DIR", description = "Where metrics.json goes; default nowhere.")
    private String output;

    @Option(names = "--overwrite", description = "Replaces the output directory if it exists.")
    private boolean overwrite;

    @Mixin
    @SuppressWarnings("UnusedVariable")
    private Common common;

    @Override
    public Integer call() {
        Console console = new Console(System.out);
        try (Session session = Session.start("evaluate")) {
            if (output == null) {
                evaluate(session, console);
                return 0;
            }
            try (OutputDirectory directory = OutputDirectory.create(output, overwrite, session.hadoop())) {
                ObjectNode metrics = evaluate(session, console);
                Files.write(new Path(directory.path(), "metrics.json"), Json.pretty(metrics), session.hadoop());
                directory.commit();
                console.fact("metrics", new Path(directory.target(), "metrics.json").toString());
                return 0;
            }
        }
    }

    private ObjectNode evaluate(Session session, Console console) {
        TrainedModel model = ModelStore.load(table.model(), session.hadoop());
        Table rows = Tables.read(
                session.spark(), table.source(), model.encoding().features().width());
        try (TrainingData data = TrainingData.load(rows, options(model), model.encoding())) {
            console.fact("model", PlanText.model(model.network()));
            console.fact("data", data.summary().describe());
            if (data.summary().unseenCategories() > 0) {
                console.fact(
                        "note",
                        "%,d values of string columns were not seen in training"
                                .formatted(data.summary().unseenCategories()));
            }
            Evaluation scores = Scores.of(model, data);
            ObjectNode metrics = Metrics.scores(Optional.of(scores), model.encoding());
            metrics.put("rows", data.summary().rows());
            console.fact("loss", "%.6f nats a row".formatted(scores.meanLoss()));
            Optional<LabelEncoding> labels = model.encoding().labels();
            if (labels.isPresent()) {
                console.fact("accuracy", "%.6f".formatted(scores.accuracy()));
                if (labels.get().classes().size() <= MOST_CLASSES_SHOWN) {
                    confusion(console, metrics, labels.get().classes(), Scores.confusion(model, data));
                }
            }
            if (model.encoding().valueColumn().isPresent()) {
                console.fact("deviance", "%.6g".formatted(scores.deviance()));
            }
            return metrics;
        }
    }

    private DataOptions options(TrainedModel model) {
        Columns columns = weight == null ? Columns.all() : Columns.all().withWeight(weight);
        return new DataOptions(
                target(model),
                columns,
                EncodingOptions.defaults(),
                BlockOptions.defaults().withPrecision(model.network().precision()));
    }

    private Target target(TrainedModel model) {
        if (model.isAutoencoder()) {
            return Target.none();
        }
        String trained = model.encoding()
                .labels()
                .map(LabelEncoding::column)
                .or(() -> model.encoding().valueColumn())
                .orElseThrow();
        String column = Optional.ofNullable(label).orElse(trained);
        return model.encoding().labels().isEmpty() && model.network().family() instanceof IndependentOutputs outputs
                ? Target.value(column, outputs.distribution())
                : Target.label(column);
    }

    private static void confusion(Console console, ObjectNode metrics, List<String> classes, double[][] counts) {
        List<List<String>> rows = new ArrayList<>();
        List<String> header = new ArrayList<>(List.of("actual \\ predicted"));
        header.addAll(classes);
        rows.add(header);
        ObjectNode json = metrics.putObject("confusion");
        ArrayNode names = json.putArray("classes");
        ArrayNode counted = json.putArray("counts");
        for (int actual = 0; actual < counts.length; actual++) {
            names.add(classes.get(actual));
            List<String> row = new ArrayList<>(List.of(classes.get(actual)));
            ArrayNode written = counted.addArray();
            for (double count : counts[actual]) {
                row.add(count == Math.rint(count) ? "%,.0f".formatted(count) : "%,.2f".formatted(count));
                written.add(count);
            }
            rows.add(row);
        }
        console.blank();
        console.table(1, rows);
        console.blank();
    }
}
