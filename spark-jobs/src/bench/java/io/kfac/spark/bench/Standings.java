package io.kfac.spark.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Predicate;

/** What a race came to: the best of every kind, and who is how much faster than whom. */
final class Standings {
    /** Runs of a winner after the one that it won with; their median counts. */
    private static final int REPEATS = 2;

    /** Who arrived, soonest first; then the others, lowest first. */
    private static final Comparator<LossRace.Result> BEST = Comparator.comparing(
                    (LossRace.Result result) -> !result.arrived())
            .thenComparing(result -> result.arrived() ? result.seconds() : result.loss());

    private final LossProblem problem;
    private final FashionMnist images;
    private final LossRace race;
    private final Map<String, Double> medians = new HashMap<>();
    private final Map<String, Object> details = new LinkedHashMap<>();

    Standings(LossProblem problem, FashionMnist images, LossRace race) {
        this.problem = problem;
        this.images = images;
        this.race = race;
    }

    /** Prints the best of every kind, and what the winners do when they run again. @return the ratios */
    String headline() {
        details.put("loss", problem.loss());
        details.put("runs", race.results().stream().map(Standings::describe).toList());
        bestOfKinds().values().forEach(result -> System.out.printf("  best of %s%n", result));
        Predicate<Entrant> firstOrder = Entrant::firstOrder;
        Predicate<Entrant> localKfac = entrant -> entrant.kind().equals("kfac-clipped, local");
        List<String> duels = new ArrayList<>();
        duel("second order against first", firstOrder.negate(), firstOrder).ifPresent(duels::add);
        duel(
                        "both synchronous",
                        firstOrder.negate().and(entrant -> !entrant.local()),
                        firstOrder.and(entrant -> !entrant.local()))
                .ifPresent(duels::add);
        duel("local K-FAC against Adam", localKfac, entrant -> entrant.kind().equals("adam"))
                .ifPresent(duels::add);
        duel("local K-FAC against local Adam", localKfac, entrant -> entrant.kind()
                        .equals("adam, local"))
                .ifPresent(duels::add);
        return duels.isEmpty() ? "nobody to compare" : String.join("; ", duels);
    }

    Map<String, Object> details() {
        return details;
    }

    private Map<String, LossRace.Result> bestOfKinds() {
        Map<String, LossRace.Result> best = new LinkedHashMap<>();
        for (LossRace.Result result : race.results()) {
            best.merge(result.entrant().kind(), result, BinaryOperator.minBy(BEST));
        }
        return best;
    }

    private Optional<String> duel(String name, Predicate<Entrant> ours, Predicate<Entrant> theirs) {
        return best(ours).filter(LossRace.Result::arrived).flatMap(mine -> best(theirs)
                .map(other -> duel(name, mine, other)));
    }

    /** A peer that has not arrived has at least the seconds and the jobs that it had. */
    private String duel(String name, LossRace.Result mine, LossRace.Result other) {
        double seconds = median(other) / median(mine);
        double jobs = (double) other.jobs() / mine.jobs();
        details.put(
                name,
                Map.of(
                        "ours", mine.entrant().name(),
                        "peer", other.entrant().name(),
                        "peerArrived", other.arrived(),
                        "seconds", seconds,
                        "jobs", jobs));
        return "%s: %s%.1fx in time, %.1fx in jobs (%s %.1f s, %d jobs; %s %.1f s, %d jobs%s)"
                .formatted(
                        name,
                        other.arrived() ? "" : "at least ",
                        seconds,
                        jobs,
                        mine.entrant().name(),
                        median(mine),
                        mine.jobs(),
                        other.entrant().name(),
                        median(other),
                        other.jobs(),
                        other.arrived() ? "" : ", then at %.3f".formatted(other.loss()));
    }

    private Optional<LossRace.Result> best(Predicate<Entrant> who) {
        return race.results().stream()
                .filter(result -> who.test(result.entrant()))
                .min(BEST);
    }

    /** Seconds of a winner, who runs again, and is judged by who shares no code with us. */
    private double median(LossRace.Result winner) {
        if (!winner.arrived()) {
            return winner.seconds();
        }
        return medians.computeIfAbsent(winner.entrant().name(), name -> {
            List<Double> seconds = new ArrayList<>(List.of(winner.seconds()));
            for (int i = 0; i < REPEATS; i++) {
                seconds.add(race.secondsAgain(winner.entrant()));
            }
            double judged = problem.judge(
                    images, Ours.layers(problem.network(), winner.outcome().settled()));
            System.out.printf("  %s: %s s; the judge sees %.4f nats a row%n", name, seconds, judged);
            details.put(name, Map.of("seconds", seconds, "judge", judged));
            return Duel.median(seconds);
        });
    }

    private static Map<String, Object> describe(LossRace.Result result) {
        LossRun.Mark last = result.outcome().last();
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("name", result.entrant().name());
        described.put("kind", result.entrant().kind());
        described.put("arrived", result.arrived());
        described.put("end", result.outcome().end());
        described.put("seconds", last.seconds());
        described.put("epochs", last.epochs());
        described.put("jobs", last.jobs());
        described.put("steps", last.steps());
        described.put("loss", result.loss());
        return described;
    }
}
