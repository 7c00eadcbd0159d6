package io.kfac.spark.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Optimizers side by side.
 * @param quantity by which they are compared where no target says otherwise
 * @param targets  what is to be reached, in the order given
 */
record Comparison(List<Group> groups, Quantity quantity, List<Target> targets) {
    private static final List<Quantity> BY_PREFERENCE =
            List.of(Quantity.LOSS, Quantity.VALIDATION_LOSS, Quantity.BATCH_LOSS);

    /** @param targets empty: chosen from what the runs reached */
    static Comparison of(List<Run> runs, List<Target> targets) {
        List<Group> groups = Group.of(runs, targets);
        Quantity quantity = BY_PREFERENCE.stream()
                .filter(q -> groups.stream().allMatch(group -> group.has(q) || noneGood(group)))
                .findFirst()
                .orElse(Quantity.BATCH_LOSS);
        return new Comparison(groups, quantity, targets.isEmpty() ? reachable(groups, quantity) : targets);
    }

    private static boolean noneGood(Group group) {
        return group.runs().stream().noneMatch(Run::good);
    }

    /** What every optimizer reached, and the best that a baseline did. */
    private static List<Target> reachable(List<Group> groups, Quantity quantity) {
        List<Group> good = groups.stream()
                .filter(group -> Double.isFinite(reachedByMost(group, quantity)))
                .toList();
        if (good.size() < 2) {
            return List.of();
        }
        List<Target> targets = new ArrayList<>();
        targets.add(new Target(
                quantity,
                lenient(good.stream()
                        .mapToDouble(group -> reachedByMost(group, quantity))
                        .max()
                        .orElseThrow()),
                "which all reached that came to anything"));
        good.stream()
                .filter(Group::baseline)
                .mapToDouble(group -> reachedByMost(group, quantity))
                .min()
                .ifPresent(best -> targets.add(new Target(quantity, lenient(best), "the best baseline's lowest")));
        return targets.size() > 1 && targets.get(0).value() == targets.get(1).value() ? targets.subList(0, 1) : targets;
    }

    /** What more than half of its runs reached: where they are two, the worse of both, and infinite if one came to nothing. */
    private static double reachedByMost(Group group, Quantity quantity) {
        double[] best = group.runs().stream()
                .mapToDouble(run -> run.curve(quantity).best())
                .map(value -> Double.isNaN(value) ? Double.POSITIVE_INFINITY : value)
                .sorted()
                .toArray();
        return best[best.length / 2];
    }

    /** Three digits, rounded up, so that those that set it reach it. */
    private static double lenient(double loss) {
        return new BigDecimal(loss)
                .round(new MathContext(3, RoundingMode.CEILING))
                .doubleValue();
    }

    /** The hardest target that anybody reached: the one that fewest did, of equals the last. */
    Optional<Target> headline() {
        return targets.stream()
                .filter(target -> reachedBy(target) > 0)
                .reduce((a, b) -> reachedBy(b) <= reachedBy(a) ? b : a);
    }

    private long reachedBy(Target target) {
        return groups.stream()
                .filter(group -> group.toReach(target, Across.SECONDS).reached())
                .count();
    }

    /** The baseline that reaches a target first by the given measure, if any does. */
    Optional<Group> bestBaseline(Target target, Across across) {
        return best(groups.stream().filter(Group::baseline).toList(), target, across);
    }

    /** The same of those that are no baselines. */
    Optional<Group> bestOther(Target target, Across across) {
        return best(groups.stream().filter(group -> !group.baseline()).toList(), target, across);
    }

    private static Optional<Group> best(List<Group> among, Target target, Across across) {
        return among.stream()
                .filter(group -> group.toReach(target, across).reached())
                .min(Comparator.comparingDouble(
                        group -> group.toReach(target, across).median()));
    }

    boolean hasBaselines() {
        return groups.stream().anyMatch(Group::baseline) && groups.stream().anyMatch(group -> !group.baseline());
    }

    /** How many times as much the best baseline takes; NaN where there is none, or the group did not get there. */
    double ratio(Group group, Target target, Across across) {
        return bestBaseline(target, across)
                .map(base -> base.toReach(target, across).median()
                        / group.toReach(target, across).median())
                .filter(ratio -> ratio > 0 && Double.isFinite(ratio))
                .orElse(Double.NaN);
    }

    /** Of a target that no baseline reached: how many times as long the first of them to end went without it. NaN if it was reached. */
    double leastRatio(Group group, Target target) {
        return withoutIt(target) / group.toReach(target, Across.SECONDS).median();
    }

    /** Seconds after which no baseline was at the target: of those whose runs came to an end of their own, the shortest. */
    double withoutIt(Target target) {
        return bestBaseline(target, Across.SECONDS).isPresent()
                ? Double.NaN
                : groups.stream()
                        .filter(Group::baseline)
                        .filter(group -> group.runs().stream().allMatch(Run::good))
                        .mapToDouble(group -> group.spent(Across.SECONDS).median())
                        .min()
                        .orElse(Double.NaN);
    }

    int seeds() {
        return groups.stream().mapToInt(group -> group.runs().size()).max().orElse(0);
    }
}
