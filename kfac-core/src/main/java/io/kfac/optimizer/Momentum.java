package io.kfac.optimizer;

import java.io.Serializable;

/** What is remembered between steps. */
public sealed interface Momentum extends Serializable {

    /** Factor of the step before; 0 where steps are not what is remembered. */
    default double mu() {
        return 0;
    }

    /** The same kind of memory, of that strength. */
    Momentum of(double strength);

    /** Nothing. */
    record None() implements Momentum {
        @Override
        public Momentum of(double strength) {
            return new HeavyBall(strength);
        }
    }

    /** Heavy ball on the preconditioned gradient: v = mu v + P g (Polyak 1964). */
    record HeavyBall(double mu) implements Momentum {
        public HeavyBall {
            requireShare("momentum", mu);
        }

        @Override
        public Momentum of(double strength) {
            return new HeavyBall(strength);
        }
    }

    /** The heavy ball, looked at from where it is about to be: v = mu v + P g, step mu v + P g (Sutskever et al. 2013, sec. 2). */
    record Nesterov(double mu) implements Momentum {
        public Nesterov {
            requireShare("momentum", mu);
        }

        @Override
        public Momentum of(double strength) {
            return new Nesterov(strength);
        }
    }

    /** Adam's first moment: P acts on a moving average of gradients, corrected for its start at zero (Kingma and Ba 2015). */
    record GradientAverage(double beta) implements Momentum {
        public GradientAverage {
            requireShare("beta1", beta);
        }

        @Override
        public Momentum of(double strength) {
            return new GradientAverage(strength);
        }
    }

    private static void requireShare(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException("Cannot use %s = %s: not in [0, 1)".formatted(name, value));
        }
    }
}
