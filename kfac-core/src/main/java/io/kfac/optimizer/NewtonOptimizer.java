package io.kfac.optimizer;

import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Cost;
import io.kfac.objective.Objective;
import io.kfac.objective.Penalty;
import io.kfac.objective.RowSelection;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * Newton's method for generalised linear models. With the canonical link the Hessian is the Fisher information, and damped Newton,
 * IRLS and Fisher scoring are the same steps; with another link these are Fisher scoring (McCullagh and Nelder 1989, sec. 2.5). With
 * absolute values in the penalty, proximal
 * Newton (Lee, Sun and Saunders 2014). All rows every step, two passes.
 *
 * <p>Ends on the Newton decrement g' H^-1 g / 2, relative to the loss: it estimates how far above the infimum the loss is, also
 * where the infimum is not attained.
 */
public final class NewtonOptimizer implements Optimizer {
    private final NewtonSearch search;
    private final LongSupplier nanoClock;
    private long step;
    private long passes;
    private Cost costBefore = Cost.NONE;

    /**
     * @param start     of a network without hidden layers, in double; copied
     * @param rows      on which the loss is minimised
     * @param tolerance stops where the decrement is at most this share of the loss
     */
    public NewtonOptimizer(
            Network network,
            Parameters start,
            Penalty penalty,
            RowSelection rows,
            double tolerance,
            LongSupplier nanoClock) {
        this.search = new NewtonSearch(network, start, penalty, rows, tolerance);
        this.nanoClock = nanoClock;
    }

    @Override
    public Parameters parameters() {
        return search.parameters();
    }

    @Override
    public Parameters settled() {
        return search.parameters();
    }

    @Override
    public double epoch() {
        return passes;
    }

    @Override
    public Optional<String> stalled() {
        return search.ended();
    }

    @Override
    public Optional<StepReport> finish(Objective objective) {
        return Optional.empty();
    }

    @Override
    public Optional<Certificate> certificate() {
        return search.certificate(passes);
    }

    @Override
    public Optional<LocalModel> localModel() {
        return search.localModel();
    }

    @Override
    public Optional<StepReport> step(Objective objective) {
        double seconds = 0;
        if (search.point().isEmpty()) {
            seconds += look(objective, "Hessian at the start");
        }
        if (search.ended().isPresent()) {
            return Optional.empty();
        }
        step++;
        passes++;
        NewtonSearch.Taken taken =
                search.take(objective.evaluate("step %d: line search".formatted(step), search.trials()));
        if (search.wantsLook()) {
            seconds += look(objective, "step %d: Hessian".formatted(step));
        }
        return Optional.of(report(objective, taken, seconds));
    }

    /** @return seconds of solving for directions */
    private double look(Objective objective, String purpose) {
        var sums = objective.evaluate(purpose, search.look());
        passes++;
        long start = nanoClock.getAsLong();
        search.see(sums);
        return (nanoClock.getAsLong() - start) * 1e-9;
    }

    private StepReport report(Objective objective, NewtonSearch.Taken taken, double refreshSeconds) {
        Cost total = objective.cost();
        Cost spent = total.minus(costBefore);
        costBefore = total;
        return new StepReport(
                step,
                passes,
                taken.from().rows(),
                taken.from().loss(),
                OptionalDouble.empty(),
                taken.from().gradient().norm(),
                taken.direction().damping(),
                taken.actual() / taken.predicted(),
                taken.share() * taken.share() * taken.direction().curvature() / 2,
                Double.NaN,
                taken.share(),
                0,
                taken.accepted(),
                refreshSeconds,
                spent,
                total.jobs(),
                total.bytes());
    }
}
