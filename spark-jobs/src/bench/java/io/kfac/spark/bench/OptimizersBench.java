package io.kfac.spark.bench;

import io.kfac.model.Network;
import io.kfac.spark.data.DataOptions;
import io.kfac.spark.data.EncodingOptions;
import io.kfac.spark.data.Table;
import io.kfac.spark.data.TrainingData;
import io.kfac.spark.engine.ClusterLimits;
import io.kfac.spark.engine.Plan;
import io.kfac.spark.engine.Preset;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Seconds, epochs and jobs to a common training loss: every optimizer as it is where nobody says anything else, and every
 * first-order baseline with the best of its rates and batches, in both ways of training; loading is not counted. In pieces by
 * {@code spark.kfac.bench.sets}, {@code .optimizers} and {@code .modes}; {@code .limit} is the most seconds of a run.
 */
final class OptimizersBench implements Bench.Benchmark {
    private static final String KEY = "spark.kfac.bench.";

    /** Steps that compile what the others run. */
    private static final int WARM_MARKS = 40;

    private enum Mode {
        SYNCHRONOUS,
        LOCAL
    }

    @Override
    public Bench.Findings run(SparkSession spark) throws Exception {
        Map<String, Object> details = new LinkedHashMap<>(Sides.describe());
        details.put("rules", LossRace.RULES);
        System.out.printf("  %s%n", LossRace.RULES);
        FashionMnist images = FashionMnist.read();
        List<String> headlines = new ArrayList<>();
        for (LossProblem problem : chosen(spark, "sets", LossProblem.values())) {
            try (TrainingData data = load(spark, images, problem)) {
                Standings standings = standings(spark, images, problem, data);
                headlines.add(problem.key() + ": " + standings.headline());
                details.put(problem.key(), standings.details());
            }
        }
        return new Bench.Findings(String.join("; ", headlines), details);
    }

    /** Members of an enum whose keys are given, or all. */
    private static <E extends Enum<E>> List<E> chosen(SparkSession spark, String what, E[] all) {
        List<String> given = List.of(spark.conf().get(KEY + what, "").split(","));
        return Arrays.stream(all)
                .filter(member -> given.equals(List.of("")) || given.contains(key(member)))
                .toList();
    }

    private static String key(Enum<?> member) {
        return member.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static TrainingData load(SparkSession spark, FashionMnist images, LossProblem problem) throws IOException {
        Dataset<Row> frame = images.frame(spark, 0);
        DataOptions defaults = DataOptions.defaults();
        TrainingData data = TrainingData.load(
                Table.of(frame),
                defaults.with(problem.target())
                        .with(EncodingOptions.defaults().withStandardize(false))
                        .with(defaults.blocks().withPrecision(problem.network().precision())));
        frame.unpersist(true);
        return data;
    }

    private static Standings standings(
            SparkSession spark, FashionMnist images, LossProblem problem, TrainingData data) {
        Network network = problem.network();
        int cores = spark.sparkContext().defaultParallelism();
        Plan.Workload workload = new Plan.Workload(
                data.summary().rows(),
                data.blocks().getNumPartitions(),
                cores,
                data.summary().bytes());
        Plan.Limits limits = ClusterLimits.of(spark.sparkContext());
        System.out.printf(
                "  %s %s to %s nats a row; %d partitions%n",
                problem.key(), network.widths(), problem.loss(), workload.partitions());
        LossRun runs = new LossRun(problem, data);
        LossRace race = new LossRace(runs, Double.parseDouble(spark.conf().get(KEY + "limit", "90")));
        List<Mode> modes = chosen(spark, "modes", Mode.values());
        boolean warm = false;
        for (Preset preset : chosen(spark, "optimizers", Preset.values())) {
            for (Mode mode : modes) {
                for (Entrant entrant : Entrant.of(preset, mode == Mode.LOCAL, network, workload)) {
                    if (!Plan.of(network, entrant.spec(), workload).fits(limits)) {
                        System.out.printf("  %-50s refused by its plan%n", entrant.name());
                        continue;
                    }
                    if (!warm) {
                        warm(runs, entrant);
                        warm = true;
                    }
                    race.run(entrant);
                }
            }
        }
        return new Standings(problem, images, race);
    }

    private static void warm(LossRun runs, Entrant entrant) {
        runs.run(entrant.spec(), mark -> mark.steps() >= WARM_MARKS ? Optional.of("warm") : Optional.empty());
    }
}
