package io.kfac.spark.jobs;

import picocli.CommandLine.Option;

/** Options of every command: picocli and {@link Kfac} ask for them by name. */
@SuppressWarnings("UnusedVariable")
final class Common {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this help.")
    private boolean help;

    @Option(names = "--stacktrace", description = "Shows where in the program an error happened.")
    private boolean stackTrace;
}
