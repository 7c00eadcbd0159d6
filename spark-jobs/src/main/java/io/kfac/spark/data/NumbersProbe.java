package io.kfac.spark.data;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.catalyst.InternalRow;

/** All numeric feature columns at once. */
final class NumbersProbe extends ColumnProbe {
    private static final long serialVersionUID = 1L;
    /** Distinct values that are counted to find the most frequent one. */
    static final int MOST_VALUES = 10_000;

    private final String[] names;
    private final NumberReader[] readers;
    private final Impute impute;
    private final boolean unit;
    private final Moments moments;
    private final SequenceDetector sequences;
    private final DistinctNumbers[] values;
    private final long[] missing;
    /** Values of columns that are named like identifiers; of others none are counted. */
    private final DistinctNumbers[] keys;

    private final int[] keyColumns;

    /** @param unit whether values outside [0, 1] are refused */
    NumbersProbe(List<String> names, List<NumberReader> readers, Impute impute, boolean unit) {
        this.names = names.toArray(new String[0]);
        this.readers = readers.toArray(new NumberReader[0]);
        this.impute = impute;
        this.unit = unit;
        this.moments = new Moments(this.names.length);
        this.sequences = new SequenceDetector(this.names.length);
        this.missing = new long[this.names.length];
        this.values = new DistinctNumbers[impute == Impute.MOST_FREQUENT ? this.names.length : 0];
        Arrays.setAll(values, j -> new DistinctNumbers(MOST_VALUES));
        this.keys = new DistinctNumbers[this.names.length];
        Arrays.setAll(keys, j -> new DistinctNumbers(Identifiers.MOST_KEYS));
        this.keyColumns =
                IntStream.range(0, this.names.length).filter(this::isKey).toArray();
    }

    private boolean isKey(int j) {
        return readers[j].isIntegral() && Identifiers.isNamedLikeOne(names[j]);
    }

    @Override
    void add(InternalRow row, double weight, boolean counts, Findings findings) {
        double[] buffer = moments.rowBuffer();
        int offset = moments.rowOffset();
        for (int j = 0; j < readers.length; j++) {
            NumberReader reader = readers[j];
            double x = reader.isMissing(row) ? Double.NaN : reader.read(row);
            if (!(Math.abs(x) <= Double.MAX_VALUE)) {
                x = unusual(j, x, reader.isMissing(row), counts, findings);
            } else if (values.length > 0 && counts) {
                values[j].add(x, weight);
            }
            if (unit) {
                findings.requireUnit(names[j], x);
            }
            buffer[offset + j] = x;
        }
        for (int j : keyColumns) {
            keys[j].add(buffer[offset + j], 1);
        }
        sequences.add(buffer, offset, findings.tracker().segment() + 1);
        if (counts) {
            moments.addDense(weight);
        }
    }

    private double unusual(int j, double x, boolean isNull, boolean counts, Findings findings) {
        if (Double.isNaN(x) && impute != Impute.REFUSE) {
            missing[j] += counts ? 1 : 0;
            return Double.NaN;
        }
        Problem.Kind kind = isNull ? Problem.Kind.MISSING_FEATURE : Problem.Kind.NOT_FINITE;
        findings.report(kind, names[j], Double.toString(x));
        return Double.NaN;
    }

    @Override
    void finish() {
        moments.finish();
    }

    @Override
    void merge(ColumnProbe other) {
        NumbersProbe that = (NumbersProbe) other;
        moments.merge(that.moments);
        sequences.merge(that.sequences);
        for (int j = 0; j < missing.length; j++) {
            missing[j] += that.missing[j];
        }
        for (int j = 0; j < values.length; j++) {
            values[j].merge(that.values[j]);
        }
        for (int j : keyColumns) {
            keys[j].merge(that.keys[j]);
        }
    }

    @Override
    double deviation(ColumnProbe whole) {
        return moments.deviation(((NumbersProbe) whole).moments);
    }

    Moments moments() {
        return moments;
    }

    /** Training rows without a value in column j. */
    long missing(int j) {
        return missing[j];
    }

    boolean countsRows(int j, long rows) {
        return sequences.countsRows(j, rows);
    }

    /** Most frequent value of column j by weight, the smallest of several. */
    double mostFrequent(int j) {
        DistinctNumbers counted = values[j];
        if (counted.overflowed()) {
            throw new BadInput(("Cannot impute column '%s' by its most frequent value: it has more than %d values."
                            + " Remedy: --set data.impute=mean")
                    .formatted(names[j], MOST_VALUES));
        }
        double best = 0;
        double most = -1;
        for (double value : counted.values()) {
            if (counted.weightOf(value) > most) {
                most = counted.weightOf(value);
                best = value;
            }
        }
        return best;
    }

    /** Whether column j is named like an identifier and differs in nearly every row. */
    boolean isKeyed(int j) {
        return isKey(j) && Identifiers.nearlyUnique(keys[j].kept(), keys[j].keptRows());
    }

    String name(int j) {
        return names[j];
    }

    int width() {
        return names.length;
    }
}
