package io.kfac.optimizer;

import java.io.Serializable;

/** Largest KL(old || new) that a round of local steps may move a worker's outputs, on the worker's own rows. */
public sealed interface KlLimit extends Serializable {
    /** However far. */
    KlLimit NONE = new Fixed(Double.POSITIVE_INFINITY);

    /**
     * A guard, not a brake. Of all that was tried, good rounds moved by 3 times the loss at most, the first rounds and long ones, and by
     * less than a tenth of it later on; workers that have gone astray move by hundreds of times as much.
     */
    KlLimit AUTO = new OfLoss(10, 0.1);

    /**
     * The limit of a worker.
     * @param loss mean of its first batch where the round begins, nats a row
     * @return nats a row
     */
    double nats(double loss);

    /** The same always. @param nats a row */
    record Fixed(double nats) implements KlLimit {
        public Fixed {
            requirePositive(nats);
        }

        @Override
        public double nats(double loss) {
            return nats;
        }
    }

    /**
     * A multiple of the loss, which is the divergence from the targets and so what there is to learn: with Gaussian outputs, whoever ends
     * a round with no more of it than at the beginning has moved by at most 4 times as much, as distances add up.
     * @param times the loss
     * @param least nats a row, for when next to nothing is left to learn
     */
    record OfLoss(double times, double least) implements KlLimit {
        public OfLoss {
            requirePositive(times);
            requirePositive(least);
        }

        @Override
        public double nats(double loss) {
            return Math.max(least, times * loss);
        }
    }

    private static void requirePositive(double value) {
        if (!(value > 0)) {
            throw new IllegalArgumentException(
                    "Cannot limit the divergence of local steps by %s: it must be positive".formatted(value));
        }
    }
}
