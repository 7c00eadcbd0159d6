package io.kfac.spark.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A run to a loss as the JSON file keeps it.
 * @param kind    optimizer and way of training: the settings of a baseline are a grid of one kind
 * @param why     it ended so, where there is more to say
 * @param seconds of the run, and of those that repeated it
 * @param loss    of all rows at the end, or of the batches where nobody looked, nats a row
 * @param early   loss of the batches when its trial ended; NaN where it ended before
 * @param limit   seconds that it had
 * @param judged  the loss by code that shares nothing with ours; NaN where it was not asked
 */
record Finish(
        String name,
        String kind,
        boolean firstOrder,
        boolean local,
        Ending ending,
        String why,
        List<Double> seconds,
        double epochs,
        long jobs,
        long steps,
        double loss,
        double early,
        double limit,
        double judged) {

    static Finish of(Entrant entrant, LossRun.Outcome outcome, double early, double limit) {
        LossRun.Mark last = outcome.last();
        return new Finish(
                entrant.name(),
                entrant.kind(),
                entrant.firstOrder(),
                entrant.local(),
                outcome.ending(),
                outcome.why(),
                List.of(last.seconds()),
                last.epochs(),
                last.jobs(),
                last.steps(),
                Double.isNaN(outcome.loss()) ? last.loss() : outcome.loss(),
                early,
                limit,
                Double.NaN);
    }

    /** The same, after it has run again. */
    Finish again(List<Double> more, double judge) {
        List<Double> all = new ArrayList<>(seconds);
        all.addAll(more);
        return new Finish(
                name, kind, firstOrder, local, ending, why, all, epochs, jobs, steps, loss, early, limit, judge);
    }

    boolean arrived() {
        return ending == Ending.ARRIVED;
    }

    /** Whether it need not run again: who missed a limit may arrive within a longer one. */
    boolean settles(double longest) {
        return ending != Ending.MISSED || limit >= longest;
    }

    /** Median seconds. */
    double time() {
        return Duel.median(seconds);
    }

    @Override
    public String toString() {
        return "%-50s %7.1f s %6.1f epochs %6d jobs %6d steps  loss %.4f  %s%s"
                .formatted(
                        name,
                        time(),
                        epochs,
                        jobs,
                        steps,
                        loss,
                        arrived() ? "" : ending.name().toLowerCase(Locale.ROOT),
                        why.isEmpty() ? "" : ": " + why);
    }
}
