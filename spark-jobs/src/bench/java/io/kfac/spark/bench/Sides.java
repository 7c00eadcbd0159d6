package io.kfac.spark.bench;

import dev.ludovic.netlib.blas.NativeBLAS;
import io.kfac.linalg.NativeBlas;
import java.util.LinkedHashMap;
import java.util.Map;

/** What both sides ran on, and what ours did. */
final class Sides {
    private Sides() {}

    static Map<String, Object> describe() {
        Map<String, Object> details = new LinkedHashMap<>();
        String peer;
        try {
            peer = NativeBLAS.getInstance().getClass().getName();
        } catch (RuntimeException e) {
            peer = "Java (no native library)";
        }
        details.put("peerBlas", peer);
        details.put("oursBlas", NativeBlas.status().description());
        System.out.printf(
                "  BLAS: peer %s, ours %s%n", peer, NativeBlas.status().description());
        return details;
    }

    /** Holds the last of several fits. */
    static final class Last {
        private Ours.Fit fit;

        Ours.Fit set(Ours.Fit latest) {
            fit = latest;
            return latest;
        }

        Ours.Fit get() {
            return fit;
        }

        Map<String, Object> details(Duel.Times times, double objective) {
            Map<String, Object> details = times.details();
            details.put("objective", objective);
            details.put("steps", fit.result().steps());
            details.put("jobs", fit.jobs());
            details.put("dataSeconds", fit.dataSeconds());
            return details;
        }
    }
}
