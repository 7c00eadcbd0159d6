package io.kfac.spark.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * An optimizer: the runs that differ in nothing but their seed.
 * @param runs   what it is judged by; of a tuned one, those with the best settings
 * @param trials all of its tuning grid
 * @param colour from 0
 */
record Group(String label, boolean baseline, List<Run> runs, List<Run> trials, int colour) {

    /** Runs by their labels, in the order in which labels first come. */
    static List<Group> of(List<Run> runs, List<Target> targets) {
        Map<String, List<Run>> byLabel = new LinkedHashMap<>();
        runs.forEach(run -> byLabel.computeIfAbsent(run.about().label(), label -> new ArrayList<>())
                .add(run));
        List<Group> groups = new ArrayList<>();
        byLabel.forEach((label, members) -> {
            List<Run> trials = members.stream()
                    .filter(run -> run.about().trial().isPresent())
                    .toList();
            Optional<Description.Trial> best = Tuning.bestOf(ofFirstSeed(trials), targets)
                    .flatMap(run -> run.about().trial());
            List<Run> judged = members.stream()
                    .filter(run -> run.about().trial().isEmpty()
                            || best.isEmpty()
                            || run.about().trial().equals(best))
                    .toList();
            groups.add(new Group(label, members.get(0).about().baseline(), judged, ofFirstSeed(trials), groups.size()));
        });
        return groups;
    }

    private static List<Run> ofFirstSeed(List<Run> runs) {
        return runs.stream()
                .filter(run -> run.about().seed() == runs.get(0).about().seed())
                .toList();
    }

    boolean tuned() {
        return trials.size() > 1;
    }

    /** Of the settings that tuning chose, or the only ones. */
    Optional<Description.Trial> trial() {
        return runs.stream().findFirst().flatMap(run -> run.about().trial());
    }

    /** What was spent on the way to a target. */
    Spread toReach(Target target, Across across) {
        return Spread.of(runs.stream()
                .map(run -> run.curve(target.quantity())
                        .reach(target.value(), across)
                        .orElse(Double.POSITIVE_INFINITY))
                .toList());
    }

    Spread last(Quantity quantity) {
        return Spread.of(
                runs.stream().filter(Run::good).map(run -> run.last(quantity)).toList());
    }

    Spread spent(Across across) {
        return Spread.of(runs.stream().map(run -> across.of(run.spent())).toList());
    }

    Spread best(Quantity quantity) {
        return Spread.of(runs.stream().map(run -> run.curve(quantity).best()).toList());
    }

    boolean has(Quantity quantity) {
        return runs.stream().anyMatch(run -> !run.curve(quantity).isEmpty());
    }

    /** Seconds that its tuning took in all, the winner's own run included. */
    double tuningSeconds() {
        return trials.stream()
                .flatMapToDouble(run -> DoubleStream.of(run.spent().seconds()))
                .filter(Double::isFinite)
                .sum();
    }
}
