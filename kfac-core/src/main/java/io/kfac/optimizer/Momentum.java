package io.kfac.optimizer;

/** What is remembered between steps. */
public sealed interface Momentum {

    /** Nothing. */
    record None() implements Momentum {}

    /** Heavy ball on the preconditioned gradient: v = mu v + P g (Polyak 1964). */
    record HeavyBall(double mu) implements Momentum {
        public HeavyBall {
            requireShare("momentum", mu);
        }
    }

    /** Adam's first moment: P acts on a moving average of gradients, corrected for its start at zero (Kingma and Ba 2015). */
    record GradientAverage(double beta) implements Momentum {
        public GradientAverage {
            requireShare("beta1", beta);
        }
    }

    private static void requireShare(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException("Cannot use %s = %s: not in [0, 1)".formatted(name, value));
        }
    }
}
