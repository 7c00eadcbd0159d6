package io.kfac.optimizer;

import java.io.Serializable;

/** Largest KL(old || new) that a round of local steps may move a worker's outputs, on the worker's own rows. */
public sealed interface KlLimit extends Serializable {
    /** However far. */
    KlLimit NONE = new Fixed(Double.POSITIVE_INFINITY);

    /**
     * A guard, not a brake. First rounds move by up to ten times the loss, and rounds that fit the last rows by hundreds of times what
     * little there is of it, but they learn; later ones that did not moved by about half the loss at most, whichever the optimizer. The least
     * is for batches of few rows that all but fit.
     */
    KlLimit AUTO = new OfLoss(2, 1);

    /**
     * The limit of a worker, in nats a row.
     * @param before mean loss of its first batch where the round began, in nats
     * @param after  the same where it ended
     */
    double nats(double before, double after);

    /** The same always. @param nats a row */
    record Fixed(double nats) implements KlLimit {
        public Fixed {
            requirePositive(nats);
        }

        @Override
        public double nats(double before, double after) {
            return nats;
        }
    }

    /**
     * A multiple of the loss before, which is the divergence from the targets and so all that there was to learn, for those whose loss
     * rose: whoever learns may go as far as that takes.
     * @param times the loss
     * @param least nats a row, for when next to nothing is left to learn
     */
    record OfLoss(double times, double least) implements KlLimit {
        public OfLoss {
            requirePositive(times);
            requirePositive(least);
        }

        @Override
        public double nats(double before, double after) {
            return after <= before ? Double.POSITIVE_INFINITY : Math.max(least, times * before);
        }
    }

    private static void requirePositive(double value) {
        if (!(value > 0)) {
            throw new IllegalArgumentException(
                    "Cannot limit the divergence of local steps by %s: it must be positive".formatted(value));
        }
    }
}
