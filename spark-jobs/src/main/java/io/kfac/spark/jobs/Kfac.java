package io.kfac.spark.jobs;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where the command line starts: finds the command, runs it, and turns what went wrong into one line and an exit code. */
@Command(
        name = "kfac",
        mixinStandardHelpOptions = true,
        versionProvider = Kfac.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        header = "Second-order (natural-gradient) training on Apache Spark.",
        description = {
            "",
            "Trains classifiers and autoencoders on tables of any size in few, strong steps, with nothing to tune."
        },
        subcommands = {
            TrainCommand.class,
            EvaluateCommand.class,
            PredictCommand.class,
            PlanCommand.class,
            CompareCommand.class,
            ReportCommand.class,
            FitCommand.class,
            DriftCommand.class
        },
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "Examples:",
            "  kfac train                                   the 8x8 digits that come with the program",
            "  kfac train --data customers.csv --label churned --output models/churn",
            "  kfac evaluate --model models/churn --data july.csv",
            "  kfac predict --model models/churn --data august.csv --output scored",
            "  kfac plan --data customers.csv --label churned    what training would take, before it runs",
            "  kfac compare --conf conf/compare-digits.conf      optimizers side by side, on one page",
            "  kfac fit --data claims.csv                        which distributions the columns have",
            "  kfac drift --reference june.csv --current july.csv    what has changed; exit code 3 if anything that matters",
            "",
            "kfac COMMAND --help says more.",
        })
public final class Kfac implements Runnable {
    private static final int HELP_WIDTH = 120;

    @Spec
    private CommandSpec spec;

    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** @return 0; 1 where it failed at run time; 2 for what the user gave; 3 for drift; 130 where it was stopped */
    static int run(String... args) {
        CommandLine line = new CommandLine(new Kfac()).setUsageHelpWidth(HELP_WIDTH);
        line.setParameterExceptionHandler((e, arguments) -> {
            CommandLine command = e.getCommandLine();
            System.err.println("error: " + e.getMessage());
            if (e instanceof MissingCommand) {
                command.usage(System.err);
            } else {
                System.err.println(
                        "Try: %s --help".formatted(command.getCommandSpec().qualifiedName()));
            }
            return Failures.BAD_INPUT;
        });
        line.setExecutionExceptionHandler(
                (e, command, result) -> Failures.report(e, result.hasMatchedOption("--stacktrace"), System.err));
        return line.execute(args);
    }

    @Override
    public void run() {
        throw new MissingCommand(spec.commandLine());
    }

    private static final class MissingCommand extends ParameterException {
        private static final long serialVersionUID = 1L;

        MissingCommand(CommandLine line) {
            super(
                    line,
                    "Cannot run without a command: give one of "
                            + String.join(", ", line.getSubcommands().keySet()));
        }
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Kfac.class.getPackage().getImplementationVersion();
            return new String[] {"kfac-spark " + (version == null ? "(not from its jar)" : version)};
        }
    }
}
