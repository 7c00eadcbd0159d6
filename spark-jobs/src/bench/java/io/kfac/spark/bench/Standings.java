package io.kfac.spark.bench;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a race came to so far: the best of every grid by seconds and by jobs, and who is how much better than whom. */
record Standings(List<Finish> results) {
    private static final Comparator<Finish> BY_SECONDS = Comparator.comparing(Finish::time);
    private static final Comparator<Finish> BY_JOBS = Comparator.comparing(Finish::jobs);

    /**
     * One optimizer in one way of training: a baseline's rates and batches, or a single run.
     * @param cut      before the limit, as others of the grid were better
     * @param missed   at the limit, or stalled above the target
     * @param failed   diverged, failed or refused
     */
    record Grid(
            String kind,
            int runs,
            long arrived,
            long cut,
            long missed,
            long failed,
            Optional<Finish> fastest,
            Optional<Finish> fewestJobs,
            double lowest) {

        static Grid of(String kind, List<Finish> runs) {
            return new Grid(
                    kind,
                    runs.size(),
                    count(runs, Ending.ARRIVED),
                    count(runs, Ending.CUT) + count(runs, Ending.BEHIND),
                    count(runs, Ending.MISSED) + count(runs, Ending.STALLED),
                    count(runs, Ending.FAILED) + count(runs, Ending.REFUSED),
                    best(runs, BY_SECONDS, run -> true),
                    best(runs, BY_JOBS, run -> true),
                    runs.stream()
                            .mapToDouble(Finish::loss)
                            .filter(Double::isFinite)
                            .min()
                            .orElse(Double.NaN));
        }

        private static long count(List<Finish> runs, Ending ending) {
            return runs.stream().filter(run -> run.ending() == ending).count();
        }

        /** A row of the table. */
        @Override
        public String toString() {
            String counts = "%-26s %2d run: %2d there, %2d cut, %2d missed, %2d failed"
                    .formatted(kind, runs, arrived, cut, missed, failed);
            return fastest.map(best -> "%s; by seconds %s; by jobs %s"
                            .formatted(counts, brief(best), brief(fewestJobs.orElseThrow())))
                    .orElseGet(() -> "%s; none there, lowest %.4f".formatted(counts, lowest));
        }

        Map<String, Object> details() {
            Map<String, Object> details = new LinkedHashMap<>();
            details.put("kind", kind);
            details.put("runs", runs);
            details.put("arrived", arrived);
            details.put("cut", cut);
            details.put("missed", missed);
            details.put("failed", failed);
            details.put("lowest", lowest);
            fastest.ifPresent(best -> details.put("fastest", best.name()));
            fewestJobs.ifPresent(best -> details.put("fewestJobs", best.name()));
            return details;
        }
    }

    /**
     * How much better one side is. A peer that has not arrived needs at least what it had.
     * @param open peers that had used fewer jobs than theirs of the fewest when they missed the limit
     */
    record Ratio(String name, Finish fastest, Finish peerFastest, Finish fewest, Finish peerFewest, long open) {
        double seconds() {
            return peerFastest.time() / fastest.time();
        }

        double jobs() {
            return (double) peerFewest.jobs() / fewest.jobs();
        }

        @Override
        public String toString() {
            String bound = peerFastest.arrived() ? "" : "at least ";
            return "%s: %s%.1fx in seconds (%s; %s), %s%.1fx in jobs (%s; %s%s)"
                    .formatted(
                            name,
                            bound,
                            seconds(),
                            brief(fastest),
                            brief(peerFastest),
                            bound,
                            jobs(),
                            brief(fewest),
                            brief(peerFewest),
                            open == 0 ? "" : "; %d had fewer at the limit".formatted(open));
        }

        Map<String, Object> details() {
            Map<String, Object> details = new LinkedHashMap<>();
            details.put("name", name);
            details.put("seconds", seconds());
            details.put("jobs", jobs());
            details.put("peerArrived", peerFastest.arrived());
            details.put("peersOpen", open);
            details.put("text", toString());
            return details;
        }
    }

    /** A question of who is better: the seconds of the fastest of each side, and the jobs of those with the fewest. */
    private record Question(String name, Predicate<Finish> ours, Predicate<Finish> theirs) {}

    private static final List<Question> QUESTIONS = List.of(
            new Question("second order against first", run -> !run.firstOrder(), Finish::firstOrder),
            new Question(
                    "both synchronous",
                    run -> !run.firstOrder() && !run.local(),
                    run -> run.firstOrder() && !run.local()),
            new Question(
                    "both by local steps",
                    run -> !run.firstOrder() && run.local(),
                    run -> run.firstOrder() && run.local()),
            new Question("local K-FAC against Adam", Standings::localKfac, run -> run.kind()
                    .equals("adam")),
            new Question("local K-FAC against local Adam", Standings::localKfac, run -> run.kind()
                    .equals("adam, local")));

    private static boolean localKfac(Finish run) {
        return run.kind().equals("kfac-clipped, local");
    }

    List<Grid> grids() {
        Map<String, List<Finish>> kinds =
                results.stream().collect(Collectors.groupingBy(Finish::kind, LinkedHashMap::new, Collectors.toList()));
        return kinds.entrySet().stream()
                .map(kind -> Grid.of(kind.getKey(), kind.getValue()))
                .toList();
    }

    /** Whose times the ratios are made of, of those that arrived. */
    List<Finish> winners() {
        return ratios().stream()
                .flatMap(ratio -> Stream.of(ratio.fastest(), ratio.peerFastest()))
                .filter(Finish::arrived)
                .distinct()
                .toList();
    }

    /** Of the questions that have an answer. */
    List<Ratio> ratios() {
        return QUESTIONS.stream().flatMap(asked -> ratio(asked).stream()).toList();
    }

    private Optional<Ratio> ratio(Question asked) {
        Optional<Finish> fastest = best(results, BY_SECONDS, asked.ours());
        Optional<Finish> peer = peer(asked, BY_SECONDS);
        if (fastest.isEmpty() || peer.isEmpty()) {
            return Optional.empty();
        }
        Finish fewest = best(results, BY_JOBS, asked.ours()).orElseThrow();
        Finish peerFewest = peer(asked, BY_JOBS).orElseThrow();
        long open = results.stream()
                .filter(asked.theirs())
                .filter(run -> run.ending() == Ending.MISSED && run.jobs() < peerFewest.jobs())
                .count();
        return Optional.of(new Ratio(asked.name(), fastest.get(), peer.get(), fewest, peerFewest, open));
    }

    /** Who is to be beaten: the best that arrived, else the one that was lowest at the limit, which needs more than it had. */
    private Optional<Finish> peer(Question asked, Comparator<Finish> order) {
        return best(results, order, asked.theirs()).or(() -> results.stream()
                .filter(asked.theirs())
                .filter(run -> run.ending() == Ending.MISSED)
                .min(Comparator.comparing(Finish::loss)));
    }

    private static Optional<Finish> best(List<Finish> runs, Comparator<Finish> order, Predicate<Finish> who) {
        return runs.stream().filter(Finish::arrived).filter(who).min(order);
    }

    private static String brief(Finish run) {
        return "%s %.1f s, %,d jobs, %.1f epochs%s"
                .formatted(
                        run.name(),
                        run.time(),
                        run.jobs(),
                        run.epochs(),
                        run.arrived() ? "" : ", then at %.3f".formatted(run.loss()));
    }
}
