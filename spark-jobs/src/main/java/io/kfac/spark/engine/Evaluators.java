package io.kfac.spark.engine;

import io.kfac.model.Network;
import io.kfac.objective.Evaluator;
import java.lang.ref.SoftReference;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The evaluators of this JVM, lent to one task at a time: buffers live as long as the run, not as long as a job. Held softly,
 * so that a run that never said goodbye costs no memory that anybody else needs.
 */
final class Evaluators {
    private static final Map<String, Queue<SoftReference<Evaluator>>> IDLE = new ConcurrentHashMap<>();

    private Evaluators() {}

    static Evaluator borrow(String run, Network network) {
        BlasWarning.sayOnce();
        Queue<SoftReference<Evaluator>> idle = IDLE.computeIfAbsent(run, key -> new ConcurrentLinkedQueue<>());
        for (SoftReference<Evaluator> held = idle.poll(); held != null; held = idle.poll()) {
            Evaluator evaluator = held.get();
            if (evaluator != null) {
                return evaluator;
            }
        }
        return new Evaluator(network);
    }

    static void giveBack(String run, Evaluator evaluator) {
        Queue<SoftReference<Evaluator>> idle = IDLE.get(run);
        if (idle != null) {
            idle.add(new SoftReference<>(evaluator));
        }
    }

    static void release(String run) {
        IDLE.remove(run);
    }
}
