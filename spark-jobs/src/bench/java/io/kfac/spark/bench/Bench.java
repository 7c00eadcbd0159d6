package io.kfac.spark.bench;

import static java.util.Map.entry;

import io.kfac.spark.bench.LogisticBench.Limits;
import io.kfac.spark.data.BadInput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;

/**
 * Runs one benchmark by name. Both sides of each get the same persisted DataFrame and are timed from fit to model, one at a
 * time, alternating; every figure is a ratio of times of one run.
 */
public final class Bench {
    private Bench() {}

    /** A benchmark: measures, prints as it goes, and returns what was found. */
    interface Benchmark {
        Findings run(SparkSession spark) throws Exception;
    }

    /**
     * @param headline what the last line says after the name
     * @param details  for the JSON file
     */
    record Findings(String headline, Map<String, Object> details) {}

    private static final Map<String, Benchmark> ALL = new TreeMap<>(Map.ofEntries(
            entry("mlp", new MlpBench()),
            entry("softmax", new SoftmaxBench()),
            entry("autoencoder-steps", new AutoencoderBench()),
            entry("kernel", new KernelBench()),
            entry("transform", new TransformBench()),
            entry("load", new LoadBench()),
            entry("fit", new FitBench()),
            entry("drift", new DriftBench()),
            entry("a9a", new LogisticBench(Head.BINOMIAL, 0, Limits.ofPeer(2_000), SharedData::a9a)),
            entry(
                    "covtype",
                    new LogisticBench(
                            Head.MULTINOMIAL, 0, Limits.ofPeer(2_000), SharedData::covtype, SharedData::denseCovtype)),
            entry(
                    "softmax-l2",
                    new LogisticBench(Head.MULTINOMIAL, 1e-4, Limits.ofPeer(3_000), spark -> FashionMnist.read()
                            .frame(spark, 1e-6))),
            // To its optimum either side would take an hour.
            entry("news20", new LogisticBench(Head.MULTINOMIAL, 1e-4, new Limits(700, 700), SharedData::news20)),
            entry("path", new PathBench()),
            entry("scaling", new ScalingBench()),
            entry("optimizers", new OptimizersBench()),
            entry("parity", new ParityBench()),
            entry("glm", new GlmBench())));

    public static void main(String[] args) throws Exception {
        if (args.length != 1 && !(args.length == 3 && args[1].equals("--json"))) {
            System.err.println("usage: scripts/bench NAME [--json FILE]; NAME is one of " + ALL.keySet());
            System.exit(2);
        }
        Benchmark benchmark = ALL.get(args[0]);
        if (benchmark == null) {
            System.err.printf("error: no benchmark is called '%s': there are %s%n", args[0], ALL.keySet());
            System.exit(2);
        }
        SparkSession spark = SparkSession.builder()
                .appName("bench " + args[0])
                .config(BenchConf.JSON, args.length == 3 ? args[2] : "")
                .getOrCreate();
        try {
            Findings findings = benchmark.run(spark);
            if (args.length == 3) {
                Files.writeString(Path.of(args[2]), Json.write(findings.details()));
            }
            System.out.printf("bench %s: %s%n", args[0], findings.headline());
        } catch (BadInput e) {
            System.out.printf("bench %s: not run: %s%n", args[0], e.getMessage());
        } finally {
            spark.stop();
        }
    }
}
