package io.kfac.spark.data;

import org.apache.spark.sql.catalyst.InternalRow;

/** One column of vectors: its size is found in its first row, or given. */
final class VectorProbe extends ColumnProbe {
    private static final long serialVersionUID = 1L;
    private static final int UNKNOWN = -1;
    /** A sparse vector with at least this share of nonzeros is cheaper to handle as a dense one. */
    private static final double DENSE_ENOUGH = 0.25;

    private final String name;
    private final VectorReader reader;
    private final int expected;
    private final boolean mayBeShort;
    private final boolean unit;
    private int size = UNKNOWN;
    private RowPosition sizeSeenAt = new RowPosition(0, 0, 0);
    private Moments moments = new Moments(0);

    /**
     * @param expected   0: whatever the first row has; else this size
     * @param mayBeShort whether shorter vectors, all of one size, only lack trailing zeros
     * @param unit       whether values outside [0, 1] are refused
     */
    VectorProbe(String name, VectorReader reader, int expected, boolean mayBeShort, boolean unit) {
        this.name = name;
        this.reader = reader;
        this.expected = expected;
        this.mayBeShort = mayBeShort;
        this.unit = unit;
    }

    @Override
    void add(InternalRow row, double weight, boolean counts, Findings findings) {
        if (!reader.load(row)) {
            findings.report(Problem.Kind.MISSING_FEATURE, name, "null");
            return;
        }
        if (size == UNKNOWN) {
            start(findings);
        }
        if (reader.size() != size) {
            findings.report(Problem.Kind.VECTOR_SIZE, name, "%d features, expected %d,".formatted(reader.size(), size));
            return;
        }
        if (reader.isSparse() && reader.count() < DENSE_ENOUGH * size) {
            for (int k = 0; k < reader.count(); k++) {
                checkValue(reader.values()[k], reader.indices()[k], findings);
            }
            if (counts) {
                moments.addSparse(reader.indices(), reader.values(), reader.count(), weight);
            }
            return;
        }
        double[] buffer = moments.rowBuffer();
        int offset = moments.rowOffset();
        reader.copyTo(buffer, offset);
        double check = 0;
        for (int j = offset; j < offset + size; j++) {
            check += buffer[j] * 0; // NaN if any is not finite; cheaper than a test for each
        }
        if (check != 0 || unit) {
            for (int j = 0; j < size; j++) {
                checkValue(buffer[offset + j], j, findings);
            }
        }
        if (counts) {
            moments.addDense(weight);
        }
    }

    private void start(Findings findings) {
        size = reader.size();
        sizeSeenAt = new RowPosition(
                0, findings.tracker().segment(), findings.tracker().position());
        moments = new Moments(size);
        if (expected > 0 && size != expected && !(mayBeShort && size < expected)) {
            findings.report(Problem.Kind.VECTOR_SIZE, name, "%d features, expected %d,".formatted(size, expected));
        }
    }

    private void checkValue(double x, int j, Findings findings) {
        if (!(Math.abs(x) <= Double.MAX_VALUE)) {
            findings.report(Problem.Kind.NOT_FINITE, name + "[" + j + "]", Double.toString(x));
        } else if (unit && (x < 0 || x > 1)) {
            findings.requireUnit(name + "[" + j + "]", x);
        }
    }

    @Override
    void finish() {
        moments.finish();
    }

    @Override
    void merge(ColumnProbe other) {
        VectorProbe that = (VectorProbe) other;
        if (that.size == UNKNOWN) {
            return;
        }
        if (size == UNKNOWN) {
            size = that.size;
            moments = that.moments;
        } else {
            moments.merge(that.moments);
        }
    }

    @Override
    double deviation(ColumnProbe whole) {
        return moments.deviation(((VectorProbe) whole).moments);
    }

    String name() {
        return name;
    }

    /** Entries of every vector; negative if there was none. */
    int size() {
        return size;
    }

    /** Where in its partition the first vector was. */
    RowPosition sizeSeenAt(int partition) {
        return new RowPosition(partition, sizeSeenAt.segment(), sizeSeenAt.position());
    }

    Moments moments() {
        return moments;
    }
}
