package io.kfac.spark.bench;

import java.util.List;
import java.util.Optional;

/**
 * Runs to a loss, one after another. Members of one grid, a baseline's rates and batches in one way of training, race: who has used
 * more seconds than the fastest so far and more jobs than the one of fewest cannot be the best by either, and is cut. Nobody has more
 * seconds than a limit. Who is in the ledger is not run.
 */
final class LossRace {
    static final String RULES =
            "a member of a grid is cut when it has used more seconds than its fastest so far and more jobs than its"
                    + " fewest; nobody has more seconds than the limit";

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
        List<Finish> arrived = results().stream()
                .filter(run -> run.kind().equals(entrant.kind()) && run.arrived())
                .toList();
        add(Finish.of(entrant, timed(entrant, mark -> ends(mark, arrived)), limit));
    }

    void refuse(Entrant entrant, String why) {
        add(Finish.of(entrant, LossRun.Outcome.refused(why), limit));
    }

    /** Notes what a run came to that is known already. */
    void add(Finish finish) {
        ledger.add(problem, finish);
        System.out.printf("  %s%n", finish);
    }

    /** The same again, within the limit but against nobody: a time without what ran before it. */
    LossRun.Outcome again(Entrant entrant) {
        return timed(entrant, mark -> ends(mark, List.of()));
    }

    private LossRun.Outcome timed(Entrant entrant, LossRun.Patience patience) {
        System.gc();
        return runs.run(entrant.spec(), patience);
    }

    private Optional<Ending> ends(LossRun.Mark mark, List<Finish> arrived) {
        if (mark.seconds() > limit) {
            return Optional.of(Ending.MISSED);
        }
        boolean slower = arrived.stream().anyMatch(run -> run.time() < mark.seconds());
        boolean dearer = arrived.stream().anyMatch(run -> run.jobs() < mark.jobs());
        return slower && dearer ? Optional.of(Ending.CUT) : Optional.empty();
    }
}
