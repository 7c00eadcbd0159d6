package io.kfac.spark.engine;

import io.kfac.linalg.NativeBlas;
import io.kfac.spark.data.JobLabel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Which BLAS runs where.
 * @param driver    what the driver runs
 * @param executors what each executor that answered runs, by {@code host, executor id}; empty where the driver does the work
 */
public record BlasCensus(Found driver, Map<String, Found> executors) {
    private static final String DRIVER = "the driver";

    /** @param problem why it is not native; empty where it is @param remedy what helps */
    public record Found(boolean isNative, String description, String problem, String remedy) {
        static Found here() {
            NativeBlas.Status status = NativeBlas.status();
            return new Found(status.isNative(), status.description(), status.problem(), status.remedy());
        }
    }

    /** Asks every JVM, by one small job. */
    public static BlasCensus take(SparkContext context) {
        if (context.isLocal()) {
            return new BlasCensus(Found.here(), Map.of());
        }
        int tasks = 2
                * Math.max(
                        context.defaultParallelism(),
                        context.getExecutorMemoryStatus().size());
        List<Integer> numbers = IntStream.range(0, tasks).boxed().toList();
        Map<String, Found> executors = new TreeMap<>();
        try (JobLabel label = new JobLabel(context, "kfac-blas", "K-FAC asking executors for their BLAS")) {
            // Strings: task results go through the user's serializer, which may know no records.
            List<String[]> answers = JavaSparkContext.fromSparkContext(context)
                    .parallelize(numbers, tasks)
                    .map(number -> {
                        Found found = Found.here();
                        return new String[] {
                            nameOfThisJvm(),
                            Boolean.toString(found.isNative()),
                            found.description(),
                            found.problem(),
                            found.remedy()
                        };
                    })
                    .collect();
            answers.forEach(a -> executors.put(a[0], new Found(Boolean.parseBoolean(a[1]), a[2], a[3], a[4])));
        }
        return new BlasCensus(Found.here(), executors);
    }

    /** What all JVMs run, in one line where they agree: {@code OpenBLAS 0.3.30 (native, 1 thread)}. */
    public String summary() {
        Map<String, Long> counts = executors.values().stream()
                .collect(Collectors.groupingBy(Found::description, TreeMap::new, Collectors.counting()));
        if (counts.isEmpty() || (counts.size() == 1 && counts.containsKey(driver.description()))) {
            return driver.description();
        }
        return "driver %s; executors %s"
                .formatted(
                        driver.description(),
                        counts.entrySet().stream()
                                .map(e -> e.getValue() + " x " + e.getKey())
                                .collect(Collectors.joining(", ")));
    }

    /** For each JVM without native BLAS, why, and what helps. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (!driver.isNative()) {
            warnings.add(warning(DRIVER, driver));
        }
        executors.forEach((name, found) -> {
            if (!found.isNative()) {
                warnings.add(warning(name, found));
            }
        });
        return warnings;
    }

    /** In its own words: {@code host, executor id}, or the driver, which local mode and code outside Spark take for all. */
    static String nameOfThisJvm() {
        SparkEnv env = SparkEnv.get();
        return env == null || env.executorId().equals("driver")
                ? DRIVER
                : env.blockManager().blockManagerId().host() + ", executor " + env.executorId();
    }

    static String warning(String where, Found found) {
        return "NO NATIVE BLAS on %s, so training is several times slower: %s. Remedy: %s"
                .formatted(where, found.problem(), found.remedy());
    }
}
