package io.kfac.spark.bench;

import io.kfac.model.Network;
import io.kfac.objective.CancelledException;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.optimizer.Optimizer;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The least number of steps after which our fit is at the target, found outside of all timing. */
final class FirstStep {
    private FirstStep() {}

    /**
     * @param judge the independent judge's objective of a fit
     * @param limit most steps to try; empty if the target is not reached by then
     */
    static OptionalLong find(
            Ours ours,
            Function<Network, Optimizer> maker,
            double target,
            long limit,
            ToDoubleFunction<Ours.Fit> judge) {
        AtomicLong reached = new AtomicLong(limit);
        ours.fit(maker, limit, Double.POSITIVE_INFINITY, (report, watched) -> {
            double loss = watched.objective()
                    .evaluate("exploring", new Query(watched.optimizer().settled(), RowSelection.all(), Request.loss()))
                    .meanLoss();
            if (loss <= target) {
                reached.set(report.step());
                throw new CancelledException("reached the target");
            }
        });
        for (long steps = Math.max(1, reached.get() - 3); steps <= limit; steps++) {
            Ours.Fit fit = ours.fit(maker, steps, Double.POSITIVE_INFINITY, (report, watched) -> {});
            double objective = judge.applyAsDouble(fit);
            System.out.printf("  ours after %d steps: %.6f (target %.6f)%n", steps, objective, target);
            if (objective <= target) {
                return OptionalLong.of(steps);
            }
        }
        return OptionalLong.empty();
    }
}
