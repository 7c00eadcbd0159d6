package io.kfac.spark.bench;

import io.kfac.spark.data.DataOptions;
import io.kfac.spark.data.Table;
import io.kfac.spark.data.TrainingData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Seconds from a persisted table with a column of vectors to cached blocks, in all and by job, for sparse and dense rows in double;
 * the headline is the million rows of the GLM benchmark against one plain loop over the same rows by Spark.
 */
final class LoadBench implements Bench.Benchmark {
    private static final int WARM_UPS = 4;
    private static final int RUNS = 5;

    @Override
    public Bench.Findings run(SparkSession spark) throws Exception {
        Map<String, Object> details = new LinkedHashMap<>(Sides.describe());
        measure(spark, "a9a", SharedData.a9a(spark), Head.BINOMIAL, details);
        FashionMnist images = FashionMnist.read();
        measure(spark, "fashion", images.frame(spark, 0), Head.MULTINOMIAL, details);
        measure(spark, "fashion-dense", images.frame(spark, 1e-6), Head.MULTINOMIAL, details);
        double[] glm = measure(spark, "glm", GlmData.frame(spark, Head.POISSON, 1_000_000), Head.POISSON, details);
        details.put("ratio", glm[1] / glm[0]);
        return new Bench.Findings(
                "%.2fx (one pass %.2f s, ours %.2f s)".formatted(glm[1] / glm[0], glm[1], glm[0]), details);
    }

    /** @return median seconds of ours, and of a pass */
    private static double[] measure(
            SparkSession spark, String name, Dataset<Row> frame, Head head, Map<String, Object> details)
            throws Exception {
        DataOptions options = OurLinear.options(head);
        List<Double> ours = new ArrayList<>();
        List<Double> passes = new ArrayList<>();
        JobTimes jobs = new JobTimes(spark.sparkContext());
        for (int run = -WARM_UPS; run < RUNS; run++) {
            double pass = Duel.seconds(() -> onePass(frame));
            jobs.clear();
            double load = Duel.seconds(() -> load(frame, options));
            if (run >= 0) {
                passes.add(pass);
                ours.add(load);
            }
        }
        Map<String, Object> found = new LinkedHashMap<>();
        found.put("seconds", ours);
        found.put("passSeconds", passes);
        found.put("jobs", jobs.seconds());
        details.put(name, found);
        double[] medians = {Duel.median(ours), Duel.median(passes)};
        System.out.printf("  %s: %.3f s (one pass %.3f s); jobs %s%n", name, medians[0], medians[1], jobs.seconds());
        frame.unpersist(true);
        return medians;
    }

    private static Optional<Void> load(Dataset<Row> frame, DataOptions options) {
        TrainingData.load(Table.of(frame), options).close();
        return Optional.empty();
    }

    /** Every row, as Spark's own row, and nothing done with it. */
    private static long onePass(Dataset<Row> frame) {
        return ((org.apache.spark.sql.classic.Dataset<Row>) frame)
                        .queryExecution()
                        .toRdd()
                        .toJavaRDD()
                        .mapPartitions(rows -> {
                            long fields = 0;
                            while (rows.hasNext()) {
                                fields += rows.next().numFields();
                            }
                            return List.of(fields).iterator();
                        })
                        .collect()
                        .stream()
                        .mapToLong(Long::longValue)
                        .sum();
    }
}
