package io.kfac.spark.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
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

    /** A point of a tuning grid. @param learningRate NaN where the optimizer has none */
    public record Trial(double learningRate, int batchRows) {}

    public void write(Path directory, Configuration conf) {
        Files.writeWhole(new Path(directory, FILE), Json.pretty(json()), conf);
    }

    ObjectNode json() {
        ObjectNode json = Json.object().put("format", 1).put("label", label).put("baseline", baseline);
        trial.ifPresent(point -> Json.number(json.putObject("trial"), "learningRate", point.learningRate())
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
