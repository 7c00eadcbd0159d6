package io.kfac.spark.jobs;

import io.kfac.objective.CancelledException;
import io.kfac.spark.data.BadInput;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkException;

/** From what was thrown to one line for the user and an exit code. */
final class Failures {
    static final int FAILED = 1;
    static final int BAD_INPUT = 2;
    static final int CANCELLED = 130;

    private Failures() {}

    /** @return the exit code */
    static int report(Throwable failure, boolean stackTrace, PrintStream err) {
        if (stackTrace) {
            failure.printStackTrace(err);
        }
        List<Throwable> causes = causes(failure);
        // First: readers of tables take what ends their jobs for bad input.
        Optional<Throwable> cancelled = causes.stream()
                .filter(cause -> cause instanceof CancelledException || isCancelledJob(cause))
                .findFirst();
        if (cancelled.isPresent()) {
            err.println("cancelled: " + reason(cancelled.get()) + "nothing was written");
            return CANCELLED;
        }
        for (Throwable cause : causes) {
            if (cause instanceof BadInput || isOurs(cause)) {
                err.println("error: " + cause.getMessage());
                return cause instanceof ArithmeticException ? FAILED : BAD_INPUT;
            }
            if (cause instanceof OutOfMemoryError) {
                err.println(
                        "error: out of memory (%s). Remedy: --driver-memory or --executor-memory with more, or a smaller model;"
                                        .formatted(cause.getMessage())
                                + " kfac plan says what is needed");
                return FAILED;
            }
        }
        Throwable root = causes.get(causes.size() - 1);
        err.println("error: %s: %s".formatted(root.getClass().getSimpleName(), firstLine(root)));
        if (!stackTrace) {
            err.println("This was not foreseen; run again with --stacktrace to see where it happened");
        }
        return FAILED;
    }

    private static List<Throwable> causes(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = failure; cause != null && !causes.contains(cause); cause = cause.getCause()) {
            causes.add(cause);
        }
        return causes;
    }

    /** Thrown by our own checks of values: Spark's and Java's say nothing to a user. */
    private static boolean isOurs(Throwable cause) {
        boolean kind = cause instanceof IllegalArgumentException || cause instanceof ArithmeticException;
        StackTraceElement[] trace = cause.getStackTrace();
        return kind && trace.length > 0 && trace[0].getClassName().startsWith("io.kfac.");
    }

    private static boolean isCancelledJob(Throwable cause) {
        return cause instanceof SparkException spark && "SPARK_JOB_CANCELLED".equals(spark.getCondition());
    }

    private static String reason(Throwable cause) {
        return cause instanceof CancelledException ? cause.getMessage() + "; " : "";
    }

    private static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("no message");
    }
}
