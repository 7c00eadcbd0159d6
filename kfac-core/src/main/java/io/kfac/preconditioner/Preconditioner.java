package io.kfac.preconditioner;

import io.kfac.curvature.CurvatureKind;
import io.kfac.curvature.CurvatureSums;
import io.kfac.model.Parameters;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An approximation P of the inverse metric, with three verbs at three costs: statistics (every batch), {@link #refresh}
 * (every few steps, O(d^3)), {@link #apply} (every step, O(d^2)). Works in double, on the driver. Not thread-safe.
 */
public interface Preconditioner {

    /**
     * The sums over the step's rows that it needs next, if any.
     * @param key  of the draws of a sampled Fisher
     * @param rows of the step, about
     */
    Optional<CurvatureKind> statistics(long key, double rows);

    /**
     * Takes in all that there is to learn from a batch. Callers do so only once they keep the step, so that nothing need be undone.
     * @param sums     the answer to {@link #statistics}, if it asked
     * @param gradient mean gradient of the batch; not modified
     */
    default void learn(Optional<CurvatureSums> sums, Parameters gradient) {
        accumulate(sums, gradient);
        follow(gradient);
    }

    /** Of what there is to {@link #learn}, what the driver learns where workers take local steps. */
    void accumulate(Optional<CurvatureSums> sums, Parameters gradient);

    /** And the rest of it, which every worker learns from the gradients of its own steps. */
    default void follow(Parameters gradient) {}

    /**
     * Makes {@link #apply} use the statistics so far.
     * @param damping lambda >= 0 added to the metric, in units of the mean loss' curvature
     */
    void refresh(double damping);

    /**
     * The same where the metric of a penalty is known too. One that has no place for its diagonal takes the mean of what is not 0.
     * @param penalty second derivatives of the penalty, one a parameter
     */
    default void refresh(double damping, double[] penalty) {
        refresh(damping
                + Arrays.stream(penalty).filter(second -> second > 0).average().orElse(0));
    }

    /**
     * Changes the damping since the last {@link #refresh} and nothing else, where that takes no work to speak of.
     * @return whether it did
     */
    default boolean damp(double damping) {
        return false;
    }

    /**
     * out = P gradient: a direction of ascent.
     * @param gradient not modified
     * @param out      overwritten; must not be the gradient
     */
    void apply(Parameters gradient, Parameters out);

    /**
     * How far the statistics are from those of the last {@link #refresh}, as a share of them: 0 where a refresh takes nothing from
     * them, infinity before the first one.
     */
    default double drift() {
        return 0;
    }

    /**
     * Shows all that it remembers, to be saved or to be restored: afterwards the same calls give the same bits.
     * @see State
     */
    void visit(State state);

    /** The part of it that learns by {@link #follow} alone, and whose memory can be averaged: itself, a part of its own, or none. */
    default Optional<Preconditioner> follower() {
        return Optional.empty();
    }

    /** The Kronecker factors that it is made from; none where it has none, or no statistics yet. */
    default List<CurvatureFactor> factors() {
        return List.of();
    }

    /** p in: as damping lambda grows, lambda^p P v tends to v. */
    double exponent();
}
