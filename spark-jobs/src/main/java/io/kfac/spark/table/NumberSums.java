package io.kfac.spark.table;

import io.kfac.spark.data.ColumnChunk;
import io.kfac.spark.data.DistinctNumbers;
import java.io.Serializable;

/**
 * A column of numbers, for fitting: values one by one while there are few different ones, sums of statistics from then on. What was
 * counted before enters the sums then, so nothing is lost.
 */
final class NumberSums implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Different values that are counted. */
    static final int MOST_VALUES = 1_000;

    private final StatisticSums sums;
    private DistinctNumbers values = new DistinctNumbers(2 * MOST_VALUES + ColumnChunk.CAPACITY);
    private boolean counting = true;
    private long missing;
    private long notFinite;

    NumberSums(Statistics statistics) {
        this.sums = new StatisticSums(statistics);
    }

    /**
     * Takes values as {@link ColumnChunk#numbers} has them.
     * @param rows    which of them
     * @param compact at least {@link ColumnChunk#CAPACITY}; overwritten
     */
    void add(double[] x, int[] rows, int from, int to, double[] compact, StatisticSums.Scratch scratch) {
        int count = 0;
        for (int i = from; i < to; i++) {
            double value = x[rows[i]];
            if (Math.abs(value) <= Double.MAX_VALUE) {
                compact[count++] = value;
            } else if (Double.isNaN(value)) {
                missing++;
            } else {
                notFinite++;
            }
        }
        if (!counting) {
            sums.add(compact, count, scratch);
            return;
        }
        for (int i = 0; i < count; i++) {
            values.add(compact[i], 1);
        }
        settle(scratch);
    }

    private void settle(StatisticSums.Scratch scratch) {
        if (counting && values.kept() > MOST_VALUES) {
            replay(sums, scratch);
            counting = false;
            values = new DistinctNumbers(0);
        }
    }

    private void replay(StatisticSums into, StatisticSums.Scratch scratch) {
        double[] distinct = values.values();
        double[] x = new double[ColumnChunk.CAPACITY];
        double[] times = new double[ColumnChunk.CAPACITY];
        for (int start = 0; start < distinct.length; start += x.length) {
            int count = Math.min(x.length, distinct.length - start);
            for (int i = 0; i < count; i++) {
                x[i] = distinct[start + i];
                times[i] = values.rowsOf(x[i]);
            }
            into.add(x, times, count, scratch);
        }
    }

    void merge(NumberSums that, StatisticSums.Scratch scratch) {
        missing += that.missing;
        notFinite += that.notFinite;
        if (counting && that.counting) {
            values.merge(that.values);
        } else if (that.counting) {
            that.replay(sums, scratch);
        } else {
            if (counting) {
                replay(sums, scratch);
                counting = false;
                values = new DistinctNumbers(0);
            }
            sums.merge(that.sums);
        }
        settle(scratch);
    }

    /** All that was summed up, or counted. */
    Evidence evidence() {
        return counting ? ValueEvidence.of(values) : sums;
    }

    /** Whether {@link #values} has all values. */
    boolean counted() {
        return counting;
    }

    DistinctNumbers values() {
        return values;
    }

    long missing() {
        return missing;
    }

    long notFinite() {
        return notFinite;
    }
}
