package io.kfac.spark.bench;

import io.kfac.model.Network;
import io.kfac.spark.data.BadInput;
import io.kfac.spark.data.DataOptions;
import io.kfac.spark.data.EncodingOptions;
import io.kfac.spark.data.Table;
import io.kfac.spark.data.TrainingData;
import io.kfac.spark.engine.ClusterLimits;
import io.kfac.spark.engine.Plan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Seconds, epochs and jobs to a common training loss: every optimizer as it is where nobody says anything else, and every
 * first-order baseline with the best of its rates and batches, in both ways of training; loading is not counted. In pieces by
 * {@code spark.kfac.bench.sets}, {@code .optimizers} and {@code .modes}, and by {@code .minutes}, after which no run begins: what is in
 * the JSON file is not repeated. {@code .limit} is the most seconds of a run, {@code .repeats} how often winners run again.
 */
final class OptimizersBench implements Bench.Benchmark {
    /** Seconds that compile what the others run. */
    private static final double WARM = 5;

    private enum Mode {
        SYNCHRONOUS,
        LOCAL
    }

    /** What runs race on. @param end in nanoseconds of the clock: from there on nothing begins */
    private record Course(
            BenchConf conf, LossProblem problem, Plan.Workload workload, Plan.Limits limits, LossRace race, long end) {
        boolean over() {
            return System.nanoTime() - end >= 0;
        }

        List<Entrant> entrants(List<Choice> choices, List<Mode> modes) {
            List<Entrant> entrants = new ArrayList<>();
            for (Choice choice : choices) {
                for (Mode mode : modes) {
                    entrants.addAll(Entrant.of(choice, mode == Mode.LOCAL, problem.network(), workload));
                }
            }
            return entrants;
        }
    }

    @Override
    public Bench.Findings run(SparkSession spark) throws Exception {
        BenchConf conf = new BenchConf(spark);
        long end = System.nanoTime() + (long) (60e9 * conf.number("minutes", 1e6));
        Ledger ledger = Ledger.open(conf.json(), spark.sparkContext().master());
        ledger.put("sides", Sides.describe());
        ledger.put("rules", LossRace.RULES);
        System.out.printf("  %s%n", LossRace.RULES);
        FashionMnist images = FashionMnist.read();
        List<String> headlines = new ArrayList<>();
        for (LossProblem problem : conf.chosen("sets", LossProblem.values())) {
            try (TrainingData data = load(spark, images, problem)) {
                LossRun runs = new LossRun(problem, data);
                LossRace race = new LossRace(problem, runs, ledger, conf.number("limit", 90));
                Course course = new Course(
                        conf, problem, workload(spark, data), ClusterLimits.of(spark.sparkContext()), race, end);
                int left = race(course, runs);
                repeatWinners(course, images);
                headlines.add(problem.key() + ": " + conclude(course, ledger, left));
            }
        }
        return new Bench.Findings(String.join("; ", headlines), ledger.all());
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

    private static Plan.Workload workload(SparkSession spark, TrainingData data) {
        return new Plan.Workload(
                data.summary().rows(),
                data.blocks().getNumPartitions(),
                spark.sparkContext().defaultParallelism(),
                data.summary().bytes());
    }

    /** @return how many there was no time for */
    private static int race(Course course, LossRun runs) {
        LossProblem problem = course.problem();
        System.out.printf(
                "  %s %s to %s nats a row; %d partitions%n",
                problem.key(),
                problem.network().widths(),
                problem.loss(),
                course.workload().partitions());
        List<Entrant> entrants = course.entrants(
                course.conf().chosen("optimizers", Choice.values()),
                course.conf().chosen("modes", Mode.values()));
        boolean warm = false;
        int left = 0;
        for (Entrant entrant : entrants) {
            if (course.race().done(entrant)) {
                continue;
            }
            if (course.over()) {
                left++;
                continue;
            }
            Optional<String> refusal = refusal(course, entrant);
            if (refusal.isPresent()) {
                course.race().refuse(entrant, refusal.get());
                continue;
            }
            if (!warm) {
                runs.run(entrant.spec(), mark -> mark.seconds() < WARM ? Optional.empty() : Optional.of(Ending.MISSED));
                warm = true;
            }
            course.race().run(entrant);
        }
        return left;
    }

    private static Optional<String> refusal(Course course, Entrant entrant) {
        Network network = course.problem().network();
        try {
            Plan.of(network, entrant.spec(), course.workload()).refuseUnlessFits(course.limits());
            return Optional.empty();
        } catch (BadInput refused) {
            return Optional.of(refused.getMessage());
        }
    }

    /** The median of several times, and the loss by code that shares nothing with ours. Times may then name another winner. */
    private static void repeatWinners(Course course, FashionMnist images) {
        int repeats = (int) course.conf().number("repeats", 2);
        Set<String> givenUp = new HashSet<>();
        Optional<Finish> next = unrepeated(course, givenUp);
        while (repeats > 0 && !course.over() && next.isPresent()) {
            Finish winner = next.get();
            repeat(course, images, winner, repeats)
                    .ifPresentOrElse(course.race()::add, () -> givenUp.add(winner.name()));
            next = unrepeated(course, givenUp);
        }
    }

    /** @return the winner with more times, or empty where it cannot be repeated */
    private static Optional<Finish> repeat(Course course, FashionMnist images, Finish winner, int repeats) {
        LossProblem problem = course.problem();
        Optional<Entrant> entrant = course.entrants(List.of(Choice.values()), List.of(Mode.values())).stream()
                .filter(each -> each.name().equals(winner.name()))
                .findFirst();
        if (entrant.isEmpty()) {
            System.out.printf("  %s is not repeated: nobody has this name any more%n", winner.name());
            return Optional.empty();
        }
        List<Double> seconds = new ArrayList<>();
        double judged = Double.NaN;
        for (int i = 0; i < repeats; i++) {
            LossRun.Outcome outcome = course.race().again(entrant.get());
            if (outcome.ending() != Ending.ARRIVED) {
                System.out.printf(
                        "  %s keeps its only time: run again it ended as %s %s%n",
                        winner.name(), outcome.ending(), outcome.why());
                return Optional.empty();
            }
            seconds.add(outcome.last().seconds());
            judged = problem.judge(
                    images, Ours.layers(problem.network(), outcome.settled().orElseThrow()));
        }
        System.out.printf("  again: %s s; the judge sees %.4f nats a row%n", seconds, judged);
        return Optional.of(winner.again(seconds, judged));
    }

    /** @param givenUp names of those that are not to run again */
    private static Optional<Finish> unrepeated(Course course, Set<String> givenUp) {
        return new Standings(course.race().results())
                .winners().stream()
                        .filter(winner -> winner.seconds().size() == 1 && !givenUp.contains(winner.name()))
                        .findFirst();
    }

    private static String conclude(Course course, Ledger ledger, int left) {
        Standings standings = new Standings(course.race().results());
        List<Standings.Grid> grids = standings.grids();
        List<Standings.Ratio> ratios = standings.ratios();
        grids.forEach(grid -> System.out.printf("  %s%n", grid));
        ratios.forEach(ratio -> System.out.printf("  %s%n", ratio));
        ledger.put(course.problem(), "loss", course.problem().loss());
        ledger.put(
                course.problem(),
                "grids",
                grids.stream().map(Standings.Grid::details).toList());
        ledger.put(
                course.problem(),
                "ratios",
                ratios.stream().map(Standings.Ratio::details).toList());
        String open = left == 0 ? "" : " (%d runs are left for another time)".formatted(left);
        return (ratios.isEmpty() ? "nobody to compare" : ratios.get(0).toString()) + open;
    }
}
