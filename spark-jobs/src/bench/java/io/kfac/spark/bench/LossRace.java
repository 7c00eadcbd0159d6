package io.kfac.spark.bench;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Runs to a loss, one after another. Members of one grid, a baseline's rates and batches in one way of training, race: who has used
 * more seconds than the fastest so far and more jobs than the one of fewest cannot be the best by either, and is cut. So is who is far
 * behind the best when a trial ends. Nobody has more seconds than a limit. Who is in the ledger is not run.
 */
final class LossRace {
    static final String RULES =
            "a member of a grid is cut when it has used more seconds than its fastest so far and more jobs than its"
                    + " fewest, or when a third of the limit is over and it is twice as far from the target as the best of its"
                    + " grid was then; nobody has more seconds than the limit";

    private static final double TRIAL = 1.0 / 3;
    private static final double BEHIND = 2;

    private final LossProblem problem;
    private final LossRun runs;
    private final Ledger ledger;
    private final double limit;

    /** @param limit seconds */
    LossRace(LossProblem problem, LossRun runs, Ledger ledger, double limit) {
        this.problem = problem;
        this.runs = runs;
        this.ledger = ledger;
        this.limit = limit;
    }

    /** All that have run so far, here or before. */
    List<Finish> results() {
        return ledger.runs(problem);
    }

    boolean done(Entrant entrant) {
        return results().stream().anyMatch(run -> run.name().equals(entrant.name()) && run.settles(limit));
    }

    void run(Entrant entrant) {
        Member member = new Member(results().stream()
                .filter(run -> run.kind().equals(entrant.kind()))
                .toList());
        LossRun.Outcome outcome = timed(entrant, member);
        add(Finish.of(entrant, outcome, member.early, limit));
    }

    void refuse(Entrant entrant, String why) {
        add(Finish.of(entrant, LossRun.Outcome.refused(why), Double.NaN, limit));
    }

    /** Notes what a run came to that is known already. */
    void add(Finish finish) {
        ledger.add(problem, finish);
        System.out.printf("  %s%n", finish);
    }

    /** The same again, within the limit but against nobody: a time without what ran before it. */
    LossRun.Outcome again(Entrant entrant) {
        return timed(entrant, new Member(List.of()));
    }

    private LossRun.Outcome timed(Entrant entrant, LossRun.Patience patience) {
        System.gc();
        return runs.run(entrant.spec(), patience);
    }

    /** One of a grid while it runs. */
    private final class Member implements LossRun.Patience {
        private final List<Finish> others;
        private double early = Double.NaN;

        /** @param others of its grid that have run */
        Member(List<Finish> others) {
            this.others = others;
        }

        @Override
        public Optional<Ending> endsAt(LossRun.Mark mark) {
            if (mark.seconds() > limit) {
                return Optional.of(Ending.MISSED);
            }
            if (Double.isNaN(early) && mark.seconds() > TRIAL * limit) {
                early = mark.loss();
                if (early - problem.loss() > BEHIND * (bestTrial() - problem.loss())) {
                    return Optional.of(Ending.BEHIND);
                }
            }
            boolean slower = arrived().anyMatch(run -> run.time() < mark.seconds());
            boolean dearer = arrived().anyMatch(run -> run.jobs() < mark.jobs());
            return slower && dearer ? Optional.of(Ending.CUT) : Optional.empty();
        }

        /** Trials of another length are none. */
        private double bestTrial() {
            return others.stream()
                    .filter(run -> run.limit() == limit)
                    .mapToDouble(Finish::early)
                    .filter(Double::isFinite)
                    .min()
                    .orElse(Double.POSITIVE_INFINITY);
        }

        private Stream<Finish> arrived() {
            return others.stream().filter(Finish::arrived);
        }
    }
}
