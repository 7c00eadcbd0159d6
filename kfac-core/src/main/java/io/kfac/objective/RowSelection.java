package io.kfac.objective;

import io.kfac.family.CounterRandom;
import java.io.Serializable;

/**
 * Which rows: chosen by hashing row ids, so that nothing is shuffled and a selection holds the same rows however the data is
 * partitioned. In each epoch a row has a position in [0, 1), a hash of (seed, epoch, row id), and belongs to the batch
 * [from, to) that holds it: consecutive batches partition the epoch, whatever their sizes.
 * @param seed       of the run
 * @param validation share of the rows held out: those whose (seed, row id) hash is below it
 * @param part       training or validation rows
 * @param epoch      number of the permutation
 * @param from       start of the interval, in [0, to]
 * @param to         its end, exclusive, at most 1
 */
public record RowSelection(long seed, double validation, Part part, long epoch, double from, double to)
        implements Serializable {
    private static final long HOLD_OUT = 0x686f6c646f757421L;

    /** Whose rows. */
    public enum Part {
        TRAIN,
        VALIDATION,
        ALL
    }

    public RowSelection {
        if (!(0 <= from && from <= to && to <= 1)) {
            throw new IllegalArgumentException("Cannot select rows in [%s, %s): not within [0, 1)".formatted(from, to));
        }
        if (!(0 <= validation && validation < 1)) {
            throw new IllegalArgumentException("Cannot hold out %s of the rows: not in [0, 1)".formatted(validation));
        }
    }

    /** Every row of the data, held out or not. */
    public static RowSelection all() {
        return new RowSelection(0, 0, Part.ALL, 0, 0, 1);
    }

    /** All training rows of a run. */
    public static RowSelection training(long seed, double validation) {
        return new RowSelection(seed, validation, Part.TRAIN, 0, 0, 1);
    }

    /** The rows of a run that are held out. */
    public static RowSelection validation(long seed, double validation) {
        return new RowSelection(seed, validation, Part.VALIDATION, 0, 0, 1);
    }

    /** The same part and epoch, another interval. */
    public RowSelection interval(double start, double end) {
        return new RowSelection(seed, validation, part, epoch, start, end);
    }

    /** A share of it, itself for 1: rows that are as random as its own. @param share in (0, 1] */
    public RowSelection part(double share) {
        return share >= 1 ? this : interval(from, from + share * fraction());
    }

    /** Whether both certainly hold the same rows: equal, or all of one part in whatever order. */
    public boolean sameRowsAs(RowSelection other) {
        return equals(other)
                || (fraction() == 1
                        && other.fraction() == 1
                        && seed == other.seed
                        && validation == other.validation
                        && part == other.part);
    }

    /** Width of the interval: the expected share of the part's rows. */
    public double fraction() {
        return to - from;
    }

    /** Writes the numbers of the selected rows among ids[0..n) to {@code out}; returns how many. */
    public int select(long[] ids, int[] out) {
        boolean whole = from == 0 && to == 1;
        if (whole && (part == Part.ALL || validation == 0)) {
            for (int i = 0; i < ids.length; i++) {
                out[i] = i;
            }
            return ids.length;
        }
        int count = 0;
        for (int i = 0; i < ids.length; i++) {
            if (isOfPart(ids[i]) && (whole || isWithin(position(ids[i])))) {
                out[count++] = i;
            }
        }
        return count;
    }

    /** Whether it is a selected row. */
    boolean holds(long id) {
        return isOfPart(id) && isWithin(position(id));
    }

    /** Where the epoch has a row, in [0, 1). */
    double position(long id) {
        return CounterRandom.uniform(CounterRandom.key(CounterRandom.key(seed, epoch), id));
    }

    private boolean isWithin(double position) {
        return from <= position && position < to;
    }

    private boolean isOfPart(long id) {
        return part == Part.ALL || validation == 0 || isHeldOut(id) == (part == Part.VALIDATION);
    }

    private boolean isHeldOut(long id) {
        return CounterRandom.uniform(CounterRandom.key(CounterRandom.key(seed, HOLD_OUT), id)) < validation;
    }
}
