package io.kfac.spark.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** Two sides timed in turn: each warmed once, then three alternating runs, or one where it takes minutes; medians. */
final class Duel {
    private static final int RUNS = 3;

    /** Seconds of a pair of runs beyond which noise is small against them. */
    private static final double LONG = 120;

    private Duel() {}

    record Times(List<Double> peer, List<Double> ours) {
        double ratio() {
            return median(peer) / median(ours);
        }

        String headline() {
            return "%.1fx (peer %.1f s, ours %.1f s)".formatted(ratio(), median(peer), median(ours));
        }

        Map<String, Object> details() {
            Map<String, Object> details = new LinkedHashMap<>();
            details.put("ratio", ratio());
            details.put("peerSeconds", peer);
            details.put("oursSeconds", ours);
            return details;
        }
    }

    /** The peer is warm already where its warm-up run has set the target. */
    static Times run(Callable<?> peer, boolean peerIsWarm, Callable<?> ours) throws Exception {
        if (!peerIsWarm) {
            peer.call();
        }
        ours.call();
        return warm(peer, ours);
    }

    /** Both sides have run before. */
    static Times warm(Callable<?> peer, Callable<?> ours) throws Exception {
        List<Double> peerSeconds = new ArrayList<>();
        List<Double> oursSeconds = new ArrayList<>();
        boolean brief = true;
        for (int run = 0; run < RUNS && brief; run++) {
            peerSeconds.add(seconds(peer));
            oursSeconds.add(seconds(ours));
            System.out.printf(
                    "  run %d: peer %.2f s, ours %.2f s%n", run + 1, peerSeconds.get(run), oursSeconds.get(run));
            brief = peerSeconds.get(run) + oursSeconds.get(run) < LONG;
        }
        return new Times(peerSeconds, oursSeconds);
    }

    static double seconds(Callable<?> side) throws Exception {
        System.gc();
        long start = System.nanoTime();
        side.call();
        return (System.nanoTime() - start) * 1e-9;
    }

    static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }
}
