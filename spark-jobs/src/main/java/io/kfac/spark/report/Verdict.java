package io.kfac.spark.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The comparison in a sentence, and where second order loses: from the numbers of the table. */
final class Verdict {
    /** Ratios nearer to 1 than this are called equal. */
    private static final double EVEN = 1.05;

    private final Comparison comparison;

    Verdict(Comparison comparison) {
        this.comparison = comparison;
    }

    String sentence() {
        if (comparison.groups().size() == 1) {
            return ofOne(comparison.groups().get(0));
        }
        String sentence = comparison.headline().map(this::of).orElseGet(this::nobody);
        return Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1);
    }

    private String ofOne(Group group) {
        Across.Spent spent = group.runs().get(0).spent();
        Quantity quantity = comparison.quantity();
        Spread loss = group.last(Quantity.LOSS).measured() ? group.last(Quantity.LOSS) : group.best(quantity);
        Quantity shown = group.last(Quantity.LOSS).measured() ? Quantity.LOSS : quantity;
        Run run = group.runs().get(0);
        if (!loss.measured()) {
            return "%s came to nothing: %s.".formatted(group.label(), run.status());
        }
        String accuracy = group.last(Quantity.ACCURACY).measured()
                ? " and a test accuracy of "
                        + Quantity.ACCURACY.text(group.last(Quantity.ACCURACY).median())
                : group.last(Quantity.TEST_LOSS).measured()
                        ? " and a test loss of "
                                + Quantity.TEST_LOSS.text(
                                        group.last(Quantity.TEST_LOSS).median())
                        : "";
        String end = run.good() ? "" : " It did not end well: %s.".formatted(run.status());
        return "%s came to a %s of %s%s in %s: %s steps, %s Spark jobs.%s"
                .formatted(
                        group.label(),
                        shown.label(),
                        shown.text(loss.median()),
                        accuracy,
                        Across.SECONDS.text(spent.seconds()),
                        Numbers.text(Chart.Format.COUNT, group.runs().get(0).stepsTaken()),
                        Across.JOBS.text(spent.jobs()),
                        end);
    }

    private String nobody() {
        Quantity quantity = comparison.quantity();
        Optional<Group> best = comparison.groups().stream()
                .filter(group -> group.best(quantity).reached())
                .min(java.util.Comparator.comparingDouble(
                        group -> group.best(quantity).median()));
        return best.map(group -> "No optimizer reached a target; the lowest %s was %s, by %s."
                        .formatted(
                                quantity.label(),
                                quantity.text(group.best(quantity).median()),
                                group.label()))
                .orElse("No run came to anything: see the list of runs.");
    }

    private String of(Target target) {
        Across clock = Across.SECONDS;
        String what = "a %s of %s"
                .formatted(target.quantity().label(), target.quantity().text(target.value()));
        Optional<Group> base = comparison.bestBaseline(target, clock);
        Optional<Group> ours = comparison.bestOther(target, clock);
        if (ours.isEmpty() && comparison.groups().stream().allMatch(Group::baseline)) {
            return "%s reached %s first, in %s%s."
                    .formatted(named(base.orElseThrow()), what, time(base.get(), target), runnerUp(base.get(), target));
        }
        if (ours.isEmpty()) {
            return "%s reached %s in %s; no second-order optimizer did."
                    .formatted(base.orElseThrow().label(), what, time(base.get(), target));
        }
        Group winner = ours.get();
        if (base.isEmpty()) {
            return comparison.hasBaselines()
                    ? "%s reached %s in %s; no baseline did%s."
                            .formatted(winner.label(), what, time(winner, target), within(target))
                    : "%s reached %s first, in %s%s."
                            .formatted(winner.label(), what, time(winner, target), runnerUp(winner, target));
        }
        double ratio = comparison.ratio(winner, target, clock);
        String than = "%s (%s)".formatted(named(base.get()), time(base.get(), target));
        if (ratio >= EVEN) {
            return "%s reached %s in %s: %s as fast as the best baseline, %s%s."
                    .formatted(
                            winner.label(),
                            what,
                            time(winner, target),
                            Numbers.times(ratio),
                            than,
                            jobs(winner, base.get(), target, ", and with "));
        }
        if (ratio <= 1 / EVEN) {
            return "%s reached %s in %s: %s as fast as the best second-order optimizer, %s (%s)%s."
                    .formatted(
                            named(base.get()),
                            what,
                            time(base.get(), target),
                            Numbers.times(1 / ratio),
                            winner.label(),
                            time(winner, target),
                            jobs(winner, base.get(), target, ", which took "));
        }
        return "%s reached %s in %s, and so did the best baseline, %s%s."
                .formatted(
                        winner.label(),
                        what,
                        time(winner, target),
                        than,
                        jobs(winner, base.get(), target, "; it took "));
    }

    private String within(Target target) {
        double seconds = comparison.withoutIt(target);
        return Double.isNaN(seconds) ? "" : " within " + Across.SECONDS.text(seconds);
    }

    private String runnerUp(Group winner, Target target) {
        List<Group> others = new ArrayList<>(comparison.groups());
        others.remove(winner);
        Comparison rest = new Comparison(others, comparison.quantity(), comparison.targets());
        return rest.bestOther(target, Across.SECONDS)
                .or(() -> rest.bestBaseline(target, Across.SECONDS))
                .map(second -> "; %s took %s".formatted(second.label(), time(second, target)))
                .orElse("; no other did");
    }

    private static String named(Group group) {
        return (group.tuned() ? "tuned " : "") + group.label();
    }

    private static String time(Group group, Target target) {
        return Across.SECONDS.text(group.toReach(target, Across.SECONDS).median());
    }

    private static String jobs(Group ours, Group base, Target target, String lead) {
        double own = ours.toReach(target, Across.JOBS).median();
        double theirs = base.toReach(target, Across.JOBS).median();
        double ratio = theirs / own;
        if (!Double.isFinite(ratio) || (ratio < EVEN && ratio > 1 / EVEN)) {
            return "";
        }
        return "%s%s %s Spark jobs (%s against %s)"
                .formatted(
                        lead,
                        Numbers.times(Math.max(ratio, 1 / ratio)),
                        ratio > 1 ? "fewer" : "more",
                        Across.JOBS.text(own),
                        Across.JOBS.text(theirs));
    }

    /** By what the best baseline does better than the best of the others: a sentence for each target, and for each final value. */
    List<String> losses() {
        List<String> losses = new ArrayList<>();
        if (!comparison.hasBaselines()) {
            return losses;
        }
        comparison.targets().forEach(target -> loss(target).ifPresent(losses::add));
        Stream.of(comparison.quantity(), Quantity.TEST_LOSS, Quantity.ACCURACY)
                .distinct()
                .forEach(quantity -> finalLoss(quantity).ifPresent(losses::add));
        return losses;
    }

    private Optional<String> loss(Target target) {
        Optional<Group> base = comparison.bestBaseline(target, Across.SECONDS);
        if (base.isEmpty()) {
            return Optional.empty();
        }
        String to = "To a " + target.text();
        if (comparison.bestOther(target, Across.SECONDS).isEmpty()) {
            return Optional.of("%s no second-order optimizer got; %s did.".formatted(to, named(base.get())));
        }
        List<String> less = new ArrayList<>();
        for (Across across : Across.values()) {
            less(target, across).ifPresent(less::add);
        }
        return less.isEmpty()
                ? Optional.empty()
                : Optional.of("%s a baseline took %s.".formatted(to, String.join(", ", less)));
    }

    /** {@code "less time (SGD 1 s, K-FAC 3 s)"}. */
    private Optional<String> less(Target target, Across across) {
        Optional<Group> base = comparison.bestBaseline(target, across);
        Optional<Group> ours = comparison.bestOther(target, across);
        if (base.isEmpty() || ours.isEmpty()) {
            return Optional.empty();
        }
        double theirs = base.get().toReach(target, across).median();
        double own = ours.get().toReach(target, across).median();
        return own > EVEN * theirs
                ? Optional.of("%s (%s %s, %s %s)"
                        .formatted(
                                across.less(),
                                named(base.get()),
                                across.text(theirs),
                                ours.get().label(),
                                across.text(own)))
                : Optional.empty();
    }

    private Optional<String> finalLoss(Quantity quantity) {
        Optional<Group> base = best(quantity, true);
        Optional<Group> ours = best(quantity, false);
        if (base.isEmpty() || ours.isEmpty()) {
            return Optional.empty();
        }
        double theirs = base.get().last(quantity).median();
        double own = ours.get().last(quantity).median();
        return own != theirs && quantity.reaches(theirs, own)
                ? Optional.of("When its budget was spent, %s had the better %s: %s, against %s of %s."
                        .formatted(
                                named(base.get()),
                                quantity.label(),
                                quantity.text(theirs),
                                quantity.text(own),
                                ours.get().label()))
                : Optional.empty();
    }

    private Optional<Group> best(Quantity quantity, boolean baseline) {
        return comparison.groups().stream()
                .filter(group ->
                        group.baseline() == baseline && group.last(quantity).reached())
                .reduce((a, b) -> quantity.reaches(
                                b.last(quantity).median(), a.last(quantity).median())
                        ? b
                        : a);
    }
}
