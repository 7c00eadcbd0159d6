package io.kfac.spark.data;

import java.util.Optional;
import java.util.stream.Stream;

/** Turns Spark's report of a file that cannot be parsed, many causes deep, into one message. */
final class ReadFailures {
    private ReadFailures() {}

    /** The same failure, or one that says in a line which input cannot be read and why. Returned for {@code throw}. */
    static RuntimeException explain(Throwable failure, String table) {
        Optional<Throwable> reading = Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .filter(cause -> String.valueOf(cause.getMessage()).contains("[FAILED_READ_FILE"))
                .reduce((outer, inner) -> inner);
        if (reading.isPresent()) {
            Throwable root = root(reading.get());
            return new BadInput("Cannot read %s: %s".formatted(table, firstLine(root)), failure);
        }
        return unchecked(failure);
    }

    /**
     * Spark throws checked exceptions that its Scala methods do not declare; passed on as they are, so that callers
     * still know a cancelled job.
     */
    @SuppressWarnings("unchecked")
    private static <E extends Throwable> RuntimeException unchecked(Throwable failure) throws E {
        throw (E) failure;
    }

    static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root;
    }

    /** What went wrong, in one line. */
    static String firstLine(Throwable failure) {
        String message =
                String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        boolean speaks = failure.getMessage() != null && !message.isBlank();
        return speaks ? message : failure.getClass().getSimpleName();
    }
}
