package io.kfac.spark.engine;

import java.util.Optional;

/** The Spark this build runs on: 4.1.x on Scala 2.13. Another one would fail later, somewhere, with a NoSuchMethodError. */
public final class SupportedVersions {
    private static final String SPARK = "4.1";
    private static final String SCALA = "2.13";

    private SupportedVersions() {}

    /** @throws IllegalStateException whose message is one line for the user, unless the running Spark is supported */
    public static void check() {
        problem(org.apache.spark.package$.MODULE$.SPARK_VERSION(), scala.util.Properties.versionNumberString())
                .ifPresent(problem -> {
                    throw new IllegalStateException(problem);
                });
    }

    /** What is wrong with these versions, or nothing. */
    static Optional<String> problem(String spark, String scala) {
        if (isOf(SPARK, spark) && isOf(SCALA, scala)) {
            return Optional.empty();
        }
        return Optional.of(
                "Cannot run on Spark %s with Scala %s: needs Spark %s.x with Scala %s.x; set SPARK_HOME to one, or unset it"
                        .formatted(spark, scala, SPARK, SCALA));
    }

    /** Whether {@code version} is {@code line} or {@code line} followed by a dot or a dash. */
    private static boolean isOf(String line, String version) {
        return version.equals(line) || version.startsWith(line + ".") || version.startsWith(line + "-");
    }
}
