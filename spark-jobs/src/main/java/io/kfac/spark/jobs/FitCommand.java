package io.kfac.spark.jobs;

import io.kfac.spark.data.Table;
import io.kfac.spark.data.Tables;
import io.kfac.spark.engine.OutputDirectory;
import io.kfac.spark.table.FitFiles;
import io.kfac.spark.table.FitOptions;
import io.kfac.spark.table.FitPage;
import io.kfac.spark.table.FitResult;
import io.kfac.spark.table.TableFit;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kfac fit}. */
@Command(
        name = "fit",
        sortOptions = false,
        header = "Says which distributions the columns of a table have.",
        description = {
            "",
            "Fits each column, in one pass, by the maximum-likelihood member of every family that could have its values: normal, gamma,"
                    + " beta, inverse Gaussian, Pareto, Weibull, Laplace, von Mises and others; for counts Poisson, geometric,"
                    + " negative binomial; for strings their shares. Ranks them by Akaike's criterion, with standard errors that hold"
                    + " whether a family is right or not, and in a second pass measures how well they fit.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  kfac fit --data claims.csv",
            "  kfac fit --data claims.csv --by region --columns amount,delay",
            "  kfac fit --data claims.parquet --family count=binomial(12) --one-pass --output fits/claims",
        })
final class FitCommand implements Callable<Integer> {
    @Option(
            names = "--data",
            paramLabel = "PATH",
            required = true,
            description = "The table: a file, directory or glob of any Hadoop file system.")
    private String data;

    @Mixin
    private SourceArguments source;

    @Option(
            names = "--by",
            paramLabel = "COLUMN",
            description = "Fits the rows of each of its values by themselves; at most 100 of them.")
    private String by;

    @Option(
            names = "--one-pass",
            description =
                    "Reads the table once: shapes and locations are not estimated, fits are not checked, and histograms are"
                            + " those of a sample.")
    private boolean onePass;

    @Mixin
    private OutputArguments output;

    @Mixin
    @SuppressWarnings("UnusedVariable")
    private Common common;

    @Override
    public Integer call() {
        FitOptions options =
                new FitOptions(source.columns(), source.drop(), Optional.ofNullable(by), source.families(), onePass);
        Console console = new Console(System.out);
        try (Session session = Session.start("fit");
                OutputDirectory directory = output.create("fit", session.hadoop())) {
            Table table = Tables.read(session.spark(), source.source(data));
            FitResult result = TableFit.run(table, options);
            console.fact("data", "%,d rows of %s".formatted(result.rows(), result.table()));
            console.blank();
            console.table(3, FitFiles.table(result));
            console.blank();
            result.unusable()
                    .forEach((column, why) -> console.fact("note", "'%s' is not read: %s".formatted(column, why)));
            result.notes().forEach(note -> console.fact("note", note));
            Path page = OutputArguments.write(
                    directory,
                    "fit",
                    FitFiles.json(result),
                    FitFiles.csv(result),
                    FitPage.render(result),
                    session.hadoop());
            console.fact("page", page.toString());
            return 0;
        }
    }
}
