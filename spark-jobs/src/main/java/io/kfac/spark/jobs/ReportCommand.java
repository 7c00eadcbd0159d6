package io.kfac.spark.jobs;

import io.kfac.spark.report.ReportDirectory;
import io.kfac.spark.report.Target;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kfac report}: needs no Spark. */
@Command(
        name = "report",
        sortOptions = false,
        header = "Makes a page of runs from their logs alone, without Spark.",
        description = {
            "",
            "Takes directories that kfac train or kfac compare wrote, on this machine. Runs of the same name count as seeds of one"
                    + " optimizer. What a killed run left half written is passed over, and said.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  kfac report runs/compare-digits",
            "  kfac report runs/digits-*  --target validation-loss=0.1 --output reports/digits",
        })
final class ReportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN_DIR", arity = "1..*", description = "Directories of runs, or of a comparison.")
    private List<Path> directories;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "Where report.html, report.json and report.csv go; default the first RUN_DIR.")
    private Path output;

    @Option(
            names = "--target",
            paramLabel = "WHAT=VALUE",
            description = "To be reached: loss, test-loss, accuracy or validation-loss; may be repeated.")
    private List<String> targets = new ArrayList<>();

    @Mixin
    @SuppressWarnings("UnusedVariable")
    private Common common;

    @Override
    public Integer call() {
        Path into = Optional.ofNullable(output).orElse(directories.get(0));
        String sentence = ReportDirectory.write(
                directories, targets.stream().map(Target::parse).toList(), into);
        Console console = new Console(System.out);
        console.out().println(sentence);
        console.fact("report", into.resolve("report.html").toString());
        return 0;
    }
}
