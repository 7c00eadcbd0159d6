package io.kfac.spark.jobs;

import io.kfac.spark.data.BadInput;
import io.kfac.spark.data.DataOptions;
import io.kfac.spark.data.Table;
import io.kfac.spark.data.Tables;
import io.kfac.spark.data.Target;
import io.kfac.spark.engine.ModelStore;
import io.kfac.spark.engine.OutputDirectory;
import io.kfac.spark.engine.Predictions;
import io.kfac.spark.engine.TrainedModel;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SaveMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kfac predict}. */
@Command(
        name = "predict",
        sortOptions = false,
        header = "Applies a trained model to a table.",
        description = {
            "",
            "Writes the table's columns with new ones beside: prediction, and probability (Parquet: an array, in the order of the"
                    + " model's classes) or probability_CLASS (CSV). Regressors: prediction, the mean. Autoencoders: loss, how badly"
                    + " a row is given back.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  kfac predict --model models/churn --data august.csv --output scored",
            "  kfac predict --model models/churn --data august.csv --id-column customer --output scored --output-format csv",
        })
final class PredictCommand implements Callable<Integer> {
    /** How answers are written. */
    enum Format {
        parquet,
        csv
    }

    @Mixin
    private TableArguments table;

    @Option(names = "--output", paramLabel = "DIR", required = true, description = "Directory for the answers.")
    private String output;

    @Option(
            names = "--output-format",
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private Format format = Format.parquet;

    @Option(
            names = "--id-column",
            paramLabel = "COLUMN",
            description = "Keeps this column of the table only; default all of them.")
    private String id;

    @Option(
            names = "--codes",
            description = "Autoencoders: also writes the activations of the narrowest layer (Parquet).")
    private boolean codes;

    @Option(
            names = "--overwrite",
            description = "Replaces the output directory if it exists, once the answers are written.")
    private boolean overwrite;

    @Mixin
    @SuppressWarnings("UnusedVariable")
    private Common common;

    @Override
    public Integer call() {
        Console console = new Console(System.out);
        try (Session session = Session.start("predict");
                OutputDirectory directory = OutputDirectory.create(output, overwrite, session.hadoop())) {
            TrainedModel model = ModelStore.load(table.model(), session.hadoop());
            requireCodes(model);
            Table rows = Tables.read(
                    session.spark(), table.source(), model.encoding().features().width());
            // A pass of its own: in the middle of writing, a bad row could not be named by file and number.
            long count = Tables.check(rows, DataOptions.defaults().with(Target.none()), model.encoding(), false);
            Predictions.Layout layout = new Predictions.Layout(Optional.ofNullable(id), format == Format.csv, codes);
            try (Predictions predictions = Predictions.of(session.spark(), model, rows, layout)) {
                predictions
                        .frame()
                        .write()
                        .mode(SaveMode.Overwrite)
                        .format(format.name())
                        .option("header", "true")
                        .save(directory.path().toString());
            }
            directory.commit();
            console.fact("predicted", "%,d rows".formatted(count));
            console.fact("written to", directory.target().toString());
            return 0;
        }
    }

    private void requireCodes(TrainedModel model) {
        if (codes && (!model.isAutoencoder() || model.network().depth() < 2 || format == Format.csv)) {
            throw new BadInput("Cannot write --codes: they are for autoencoders with a hidden layer, and for Parquet");
        }
    }
}
