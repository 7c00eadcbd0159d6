package io.kfac.spark.jobs;

import io.kfac.spark.data.Table;
import io.kfac.spark.data.Tables;
import io.kfac.spark.engine.OutputDirectory;
import io.kfac.spark.table.Adjustment;
import io.kfac.spark.table.DriftFiles;
import io.kfac.spark.table.DriftOptions;
import io.kfac.spark.table.DriftPage;
import io.kfac.spark.table.DriftResult;
import io.kfac.spark.table.TableDrift;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kfac drift}. */
@Command(
        name = "drift",
        sortOptions = false,
        header = "Says how far the columns of a table have moved since a reference table.",
        description = {
            "",
            "Measures for each column, for its missing values and for all numbers together the Fisher-Rao angle between the two tables'"
                    + " distributions, with a confidence interval and a p-value from hashed groups of rows, which hold for any"
                    + " distribution. A column alarms when the interval's lower limit exceeds the threshold and the adjusted p-value"
                    + " does not exceed the level.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:no column alarms",
            "1:it failed at run time",
            "2:it cannot use what was given, or nothing of it can be compared",
            "3:drift: some column alarms",
            "130:it was stopped"
        },
        footer = {
            "",
            "Examples:",
            "  kfac drift --reference june.csv --current july.csv",
            "  kfac drift --reference scores/2025 --current scores/latest --threshold 0.05 --unit customer",
            "  kfac drift --reference a.parquet --current b.parquet && spark-submit score.py    goes on only without drift",
        })
final class DriftCommand implements Callable<Integer> {
    /** Some column alarms. */
    static final int DRIFT = 3;

    /** As the option names them. */
    enum Adjust {
        holm,
        bh
    }

    @Option(names = "--reference", paramLabel = "PATH", required = true, description = "The table to compare with.")
    private String reference;

    @Option(
            names = "--current",
            paramLabel = "PATH",
            required = true,
            description = "The table that may have moved: files, directories or globs of any Hadoop file system.")
    private String current;

    @Mixin
    private SourceArguments source;

    @Option(
            names = "--unit",
            paramLabel = "COLUMN",
            description =
                    "Rows with equal values here belong together, such as visits of one customer; default each row stands for"
                            + " itself.")
    private String unit;

    @Option(
            names = "--threshold",
            paramLabel = "ANGLE",
            description =
                    "Angle in radians from which on a movement matters; default ${DEFAULT-VALUE}: a mean moves by a tenth of a"
                            + " standard deviation. 0: any.")
    private double threshold = DriftOptions.THRESHOLD;

    @Option(
            names = "--level",
            paramLabel = "P",
            description = "Of adjusted p-values, and of error of the intervals; default ${DEFAULT-VALUE}.")
    private double level = DriftOptions.LEVEL;

    @Option(
            names = "--adjust",
            paramLabel = "METHOD",
            description =
                    "Of p-values, for the number of columns: ${COMPLETION-CANDIDATES} (Benjamini and Hochberg); default"
                            + " ${DEFAULT-VALUE}.")
    private Adjust adjust = Adjust.holm;

    @Option(
            names = "--permutations",
            paramLabel = "N",
            description = "At least so many; default ${DEFAULT-VALUE}, more where there are many columns.")
    private int permutations = DriftOptions.PERMUTATIONS;

    @Option(names = "--seed", paramLabel = "N", description = "Of groups and permutations; default ${DEFAULT-VALUE}.")
    private long seed = 1;

    @Mixin
    private OutputArguments output;

    @Mixin
    @SuppressWarnings("UnusedVariable")
    private Common common;

    @Override
    public Integer call() {
        DriftOptions options = new DriftOptions(
                source.columns(),
                source.drop(),
                Optional.ofNullable(unit),
                source.families(),
                threshold,
                level,
                adjust == Adjust.holm ? Adjustment.HOLM : Adjustment.BH,
                permutations,
                seed);
        Console console = new Console(System.out);
        try (Session session = Session.start("drift");
                OutputDirectory directory = output.create("drift", session.hadoop())) {
            Table before = Tables.read(session.spark(), source.source(reference));
            Table after = Tables.read(session.spark(), source.source(current));
            DriftResult result = TableDrift.run(before, after, options);
            print(console, result);
            Path page = OutputArguments.write(
                    directory,
                    "drift",
                    DriftFiles.json(result),
                    DriftFiles.csv(result),
                    DriftPage.render(result),
                    session.hadoop());
            console.fact("page", page.toString());
            if (result.columns().isEmpty()) {
                return CommandLine.ExitCode.USAGE; // who goes on without drift must not go on without having looked
            }
            return result.alarms() > 0 ? DRIFT : 0;
        }
    }

    private static void print(Console console, DriftResult result) {
        console.fact("reference", "%,d rows of %s".formatted(result.referenceRows(), result.reference()));
        console.fact("current", "%,d rows of %s".formatted(result.currentRows(), result.current()));
        result.notes().forEach(note -> console.fact("note", note));
        console.blank();
        console.table(2, DriftFiles.table(result));
        console.blank();
        result.refused()
                .forEach((column, why) -> console.fact("note", "'%s' is not compared: %s".formatted(column, why)));
        console.fact("drift", DriftFiles.verdict(result));
    }
}
