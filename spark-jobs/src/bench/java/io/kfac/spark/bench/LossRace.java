package io.kfac.spark.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Runs to a loss, one after another. Baselines race in their way of training: who has used 1.2 times the seconds and as many jobs
 * of the best so far is cut, and who from a third of the best's seconds on is where the best was in half the seconds and in half the
 * jobs is given up. Nobody has more seconds than a limit; while nobody has arrived, the best is who was lowest then.
 */
final class LossRace {
    static final String RULES =
            "first-order runs race in their mode: cut at 1.2x the seconds and as many jobs of the best so far; given up if, from a"
                    + " third of its seconds on, they are where it was in half the seconds and half the jobs";

    private static final double CUT = 1.2;
    private static final double BEHIND = 0.5;
    private static final double FIRST_COMPARED = 1.0 / 3;

    private final LossRun runs;
    private final double limit;
    private final List<Result> results = new ArrayList<>();

    /** @param limit seconds */
    LossRace(LossRun runs, double limit) {
        this.runs = runs;
        this.limit = limit;
    }

    record Result(Entrant entrant, LossRun.Outcome outcome) {
        double seconds() {
            return outcome.last().seconds();
        }

        /** Of all rows at the end, or of the batches where nobody looked. */
        double loss() {
            return Double.isNaN(outcome.loss()) ? outcome.last().loss() : outcome.loss();
        }

        boolean arrived() {
            return outcome.arrived();
        }

        long jobs() {
            return outcome.last().jobs();
        }

        @Override
        public String toString() {
            LossRun.Mark last = outcome.last();
            return "%-50s %7.1f s %6.1f epochs %6d jobs %6d steps  loss %.4f  %s"
                    .formatted(
                            entrant.name(),
                            last.seconds(),
                            last.epochs(),
                            last.jobs(),
                            last.steps(),
                            loss(),
                            outcome.end());
        }
    }

    Result run(Entrant entrant) {
        List<Result> rivals = entrant.firstOrder() ? rivals(entrant.local()) : List.of();
        Result result = timed(entrant, mark -> endsAt(mark, rivals));
        System.out.printf("  %s%n", result);
        results.add(result);
        return result;
    }

    /** Baselines that arrived in that way of training; while nobody has, the one that was lowest in all the time that there was. */
    private List<Result> rivals(boolean local) {
        List<Result> all = results.stream()
                .filter(result ->
                        result.entrant().firstOrder() && result.entrant().local() == local)
                .toList();
        List<Result> arrived = all.stream().filter(Result::arrived).toList();
        return !arrived.isEmpty()
                ? arrived
                : all.stream()
                        .filter(result -> result.seconds() > limit)
                        .min(Comparator.comparing(Result::loss))
                        .stream()
                        .toList();
    }

    /** The same again, to its end: a time without what ran before it. */
    double secondsAgain(Entrant entrant) {
        return timed(entrant, mark -> Optional.empty()).seconds();
    }

    private Result timed(Entrant entrant, LossRun.Patience patience) {
        System.gc();
        LossRun.Outcome outcome = runs.run(entrant.spec(), patience);
        return new Result(entrant, outcome);
    }

    List<Result> results() {
        return results;
    }

    private Optional<String> endsAt(LossRun.Mark mark, List<Result> rivals) {
        if (mark.seconds() > limit) {
            return Optional.of("cut at %.0f s".formatted(limit));
        }
        Optional<Result> fastest = rivals.stream().min(Comparator.comparing(Result::seconds));
        Optional<Result> fewest = rivals.stream().min(Comparator.comparing(Result::jobs));
        return fastest.flatMap(best -> against(best, fewest.orElseThrow(), mark));
    }

    private static Optional<String> against(Result fastest, Result fewest, LossRun.Mark mark) {
        if (mark.seconds() > CUT * fastest.seconds() && mark.jobs() >= fewest.jobs()) {
            return Optional.of("cut");
        }
        boolean behind = mark.seconds() >= FIRST_COMPARED * fastest.seconds()
                && mark.loss() > fastest.outcome().lossAfterSeconds(BEHIND * mark.seconds())
                && mark.loss() > fewest.outcome().lossAfterJobs((long) (BEHIND * mark.jobs()));
        return behind ? Optional.of("given up") : Optional.empty();
    }
}
