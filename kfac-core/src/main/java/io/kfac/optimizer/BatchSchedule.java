package io.kfac.optimizer;

import io.kfac.objective.RowSelection;
import io.kfac.objective.RowSelection.Part;
import java.io.Serializable;

/** Consecutive batches of a growing size: within an epoch they partition the training rows. */
final class BatchSchedule implements Serializable {
    private static final long serialVersionUID = 1L;

    private final long seed;
    private final double validation;
    private final double limit;
    private long epoch;
    private double cursor;
    private double fraction;

    /**
     * @param fraction share of the training rows in a batch, in (0, 1]
     * @param limit    largest share it may grow to
     */
    BatchSchedule(long seed, double validation, double fraction, double limit) {
        this.seed = seed;
        this.validation = validation;
        this.fraction = Math.min(1, fraction);
        this.limit = Math.max(this.fraction, limit);
    }

    /** Another at the same place. */
    BatchSchedule copy() {
        BatchSchedule copy = new BatchSchedule(seed, validation, fraction, limit);
        copy.epoch = epoch;
        copy.cursor = cursor;
        return copy;
    }

    /** The batch at hand. What is left of an epoch joins its last batch when it is less than half of one. */
    RowSelection batch() {
        double end = cursor + fraction;
        if (1 - end < fraction / 2) {
            end = 1;
        }
        return new RowSelection(seed, validation, Part.TRAIN, epoch, cursor, end);
    }

    /** Goes on behind the given batch. */
    void advance(RowSelection used) {
        if (used.to() >= 1) {
            epoch++;
            cursor = 0;
        } else {
            cursor = used.to();
        }
    }

    void grow() {
        fraction = Math.min(limit, 2 * fraction);
    }

    /** Epochs done, with the part of this one. */
    double epochs() {
        return epoch + cursor;
    }
}
