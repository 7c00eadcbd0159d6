package io.kfac.spark.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;

/**
 * What a run is, written as {@code run.json} when it starts: enough to show it, to tell whether it is the one that is asked for, and to
 * repeat it.
 * @param label         of it and of those that differ in their seed only
 * @param baseline      whether others are compared with it
 * @param trial         learning rate and rows of a batch, where it is one of a tuning grid
 * @param notes         what a reader must know to judge it
 * @param setup         optimizer, data, model, plan, ... by name, for people
 * @param environment   Spark, cores, BLAS, ... by name, for people
 * @param configuration all settings
 */
public record RunDescription(
        String label,
        boolean baseline,
        Optional<Trial> trial,
        long seed,
        String command,
        List<String> notes,
        Map<String, String> setup,
        Map<String, String> environment,
        JsonNode configuration) {
    public static final String FILE = "run.json";

    /** A point of a tuning grid. */
    public record Trial(double learningRate, int batchRows) {}

    /** Aside first, then renamed: it is there whole or not at all. */
    public void write(Path directory, Configuration conf) {
        Path target = new Path(directory, FILE);
        Path aside = new Path(directory, "." + FILE + ".tmp");
        Files.write(aside, Json.pretty(json()), conf);
        replace(aside, target, conf);
    }

    /** Renames over what may be there. */
    public static void replace(Path from, Path to, Configuration conf) {
        try {
            FileSystem files = Files.system(to, conf);
            files.delete(to, false);
            if (!files.rename(from, to)) {
                throw new IOException("Cannot rename %s to %s".formatted(from, to));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ObjectNode json() {
        ObjectNode json = Json.object().put("format", 1).put("label", label).put("baseline", baseline);
        trial.ifPresent(point -> json.putObject("trial")
                .put("learningRate", point.learningRate())
                .put("batchRows", point.batchRows()));
        json.put("seed", seed).put("command", command);
        ArrayNode texts = json.putArray("notes");
        notes.forEach(texts::add);
        setup.forEach(json.putObject("setup")::put);
        environment.forEach(json.putObject("environment")::put);
        json.set("configuration", configuration);
        return json;
    }

    /** What the numbers of a run depend on beside its settings. */
    public static Map<String, String> environment(SparkContext context, BlasCensus blas) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Spark", "%s, %s".formatted(context.version(), context.master()));
        int executors = context.getExecutorMemoryStatus().size() - 1;
        facts.put(
                "cores",
                "%d%s"
                        .formatted(
                                context.defaultParallelism(),
                                context.isLocal() ? " in one JVM" : " on %d executors".formatted(executors)));
        facts.put("BLAS", blas.summary());
        facts.put(
                "Java",
                "%s, %s, %s"
                        .formatted(
                                System.getProperty("java.version"),
                                System.getProperty("os.name"),
                                System.getProperty("os.arch")));
        String version = RunDescription.class.getPackage().getImplementationVersion();
        facts.put("kfac-spark", version == null ? "not from its jar" : version);
        return facts;
    }
}
