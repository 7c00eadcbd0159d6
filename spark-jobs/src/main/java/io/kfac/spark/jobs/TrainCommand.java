package io.kfac.spark.jobs;

import io.kfac.spark.engine.BlasWarning;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kfac train}. */
@Command(
        name = "train",
        sortOptions = false,
        header = "Trains a classifier, a regressor or an autoencoder on a table.",
        description = {
            "",
            "Numeric columns are used as they are, string columns one-hot encoded; features are standardised. Training ends by"
                    + " itself when held-out rows stop gaining. Ctrl-C ends it too, and keeps the last finished step.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  kfac train                                           the digits that come with the program",
            "  kfac train --data customers.csv --label churned --output models/churn",
            "  kfac train --data train.libsvm --test-data test.libsvm --set model.hidden=[]     softmax regression",
            "  kfac train --data claims.csv --label claims --offset log_years --set model.kind=regressor"
                    + " --set model.output=poisson --set model.hidden=[]",
            "  kfac train --conf conf/fashion-mnist.conf --set optimizer.name=adam",
            "  kfac train --data people.csv --label income --set data.drop=[name,ssn] --set data.impute=mean",
        })
final class TrainCommand implements Callable<Integer> {
    @Mixin
    private DataArguments data;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "Where model/, metrics.json, the run's log and its report.html go; default runs/NAME-TIME.")
    private String output;

    @Option(
            names = "--overwrite",
            description = "Replaces the output directory if it exists, once training has succeeded.")
    private boolean overwrite;

    @Spec
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("UnusedVariable")
    private Common common;

    @Override
    public Integer call() {
        TrainConfig config = data.config();
        String directory = Optional.ofNullable(output).orElseGet(() -> "runs/%s-%s"
                .formatted(
                        DataArguments.nameOf(config.data()),
                        LocalDateTime.now(ZoneId.systemDefault())
                                .format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"))));
        BlasWarning.leaveToCaller(); // before the session, whose plugin would warn
        try (Session session = Session.start("train")) {
            return new TrainJob(
                            session,
                            config,
                            new TrainJob.Destination(directory, overwrite),
                            Secrets.command(
                                    spec.root().commandLine().getParseResult().originalArgs()),
                            new Console(System.out))
                    .run();
        }
    }
}
