package io.kfac.spark.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.ToDoubleFunction;

/**
 * A contestant and its judge: how far it comes, and after how many iterations it is at a target. Outside of all timing.
 * @param limit most iterations
 */
record Judged(String name, Contestant contestant, int limit, ToDoubleFunction<Linear> judge, JobCount jobs) {

    /** A judged fit. @param allowed iterations @param jobs Spark jobs, those of reading the data included */
    record Run(int allowed, Contestant.Fit fit, double objective, long jobs, double seconds) {
        Map<String, Object> details() {
            Map<String, Object> details = new LinkedHashMap<>();
            details.put("objective", objective);
            details.put("iterations", fit.iterations());
            details.put("jobs", jobs);
            details.put("seconds", seconds);
            details.putAll(fit.details());
            return details;
        }
    }

    Run toTheEnd() throws TimeoutException {
        return run(limit);
    }

    /** The first run at the target; empty if even the longest is not there. */
    Optional<Run> arrival(Run longest, double target) throws TimeoutException {
        if (longest.objective() > target) {
            System.out.printf("  %s: not at the target after %d iterations%n", name, longest.allowed());
            return Optional.empty();
        }
        int last = longest.fit().iterations();
        for (int iterations = claimed(longest.fit(), target); iterations < last; iterations++) {
            Run run = run(iterations);
            if (run.objective() <= target) {
                return Optional.of(run);
            }
        }
        return Optional.of(last == longest.allowed() ? longest : run(last));
    }

    /** After how many iterations, at least 1, it is at the target by its own account. */
    private static int claimed(Contestant.Fit fit, double target) {
        for (int i = 1; i < fit.history().length; i++) {
            if (fit.history()[i] <= target) {
                return i;
            }
        }
        return fit.history().length == 0 ? 1 : fit.iterations();
    }

    private Run run(int iterations) throws TimeoutException {
        long before = jobs.soFar();
        long start = System.nanoTime();
        Contestant.Fit fit = contestant.fit(iterations);
        double seconds = (System.nanoTime() - start) * 1e-9;
        long taken = jobs.soFar() - before;
        double objective = judge.applyAsDouble(fit.model().get());
        System.out.printf(
                "  %s: %.12f after %d iterations, %d jobs, %.2f s%n",
                name, objective, fit.iterations(), taken, seconds);
        return new Run(iterations, fit, objective, taken, seconds);
    }
}
