package io.kfac.spark.bench;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Time to within 1e-6 relative of the best objective that either side finds. Both run to their ends first; then each is timed with
 * as many iterations as take it to the target. A side that never gets there has the time of its longest run.
 */
final class Race {
    private static final double CLOSE = 1e-6;

    private Race() {}

    /** @param peerArrived whether the peer came to the target before its limit @param oursArrived whether we did */
    record Result(Duel.Times times, boolean peerArrived, boolean oursArrived, Map<String, Object> details) {
        String headline() {
            return (peerArrived ? oursArrived ? "" : "at most " : "at least ") + times.headline();
        }
    }

    static double target(double best) {
        return best + CLOSE * Math.abs(best);
    }

    static Result run(Judged peer, Judged ours) throws Exception {
        Judged.Run oursEnd = ours.toTheEnd(); // first, since the plan may refuse
        Judged.Run peerEnd = peer.toTheEnd();
        double best = Math.min(peerEnd.objective(), oursEnd.objective());
        double target = target(best);
        System.out.printf("  best %.12f, target %.12f%n", best, target);
        Optional<Judged.Run> oursThere = ours.arrival(oursEnd, target);
        Judged.Run oursArrival = oursThere.orElse(oursEnd);
        Optional<Judged.Run> arrival = peer.arrival(peerEnd, target);
        Judged.Run peerArrival = arrival.orElse(peerEnd);
        AtomicReference<Contestant.Fit> last = new AtomicReference<>();
        Callable<Contestant.Fit> oursAgain = () -> {
            last.set(ours.contestant().fit(oursArrival.allowed()));
            return last.get();
        };
        Duel.Times times = arrival.isPresent()
                ? Duel.warm(() -> peer.contestant().fit(peerArrival.allowed()), oursAgain)
                : new Duel.Times(List.of(peerEnd.seconds()), List.of(Duel.seconds(oursAgain)));
        Map<String, Object> details = times.details();
        details.put("best", best);
        details.put("target", target);
        details.put("peerArrived", arrival.isPresent());
        details.put("oursArrived", oursThere.isPresent());
        details.put("peer", peerArrival.details());
        details.put("ours", oursArrival.details());
        details.put("oursLastRun", last.get().details());
        details.put("peerToTheEnd", peerEnd.details());
        details.put("oursToTheEnd", oursEnd.details());
        return new Result(times, arrival.isPresent(), oursThere.isPresent(), details);
    }
}
