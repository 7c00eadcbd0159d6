package io.kfac.spark.report;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which member of a tuning grid does best: one that reaches more targets, then sooner by the clock, then with the lower last loss. */
public final class Tuning {
    private Tuning() {}

    /** @return which of the runs; empty where none came to anything */
    public static Optional<Integer> best(List<RunFiles> trials, List<Target> targets) {
        List<Run> runs = trials.stream().map(RunReader::read).toList();
        return bestOf(runs, targets).map(runs::indexOf);
    }

    /** @param trials of one seed; empty where none came to anything */
    static Optional<Run> bestOf(List<Run> trials, List<Target> targets) {
        return trials.stream()
                .filter(run -> run.about().trial().isPresent())
                .filter(run -> !run.looks().isEmpty() && run.good())
                .min(Comparator.comparingInt((Run run) -> -reached(run, targets))
                        .thenComparingDouble(run -> latest(run, targets))
                        .thenComparingDouble(
                                run -> finite(run.curve(Quantity.LOSS).last())));
    }

    private static int reached(Run run, List<Target> targets) {
        return (int) targets.stream()
                .filter(target -> seconds(run, target) < Double.POSITIVE_INFINITY)
                .count();
    }

    private static double latest(Run run, List<Target> targets) {
        return targets.stream()
                .mapToDouble(target -> seconds(run, target))
                .filter(Double::isFinite)
                .max()
                .orElse(0);
    }

    private static double seconds(Run run, Target target) {
        return run.curve(target.quantity())
                .reach(target.value(), Across.SECONDS)
                .orElse(Double.POSITIVE_INFINITY);
    }

    private static double finite(double loss) {
        return Double.isNaN(loss) ? Double.POSITIVE_INFINITY : loss;
    }
}
