package io.kfac.spark.data;

import org.apache.spark.sql.catalyst.InternalRow;

/** One string column that is to be one-hot encoded. */
final class TextProbe extends ColumnProbe {
    private static final long serialVersionUID = 1L;

    private final String name;
    private final TextReader reader;
    private final boolean refuseMissing;
    private final DistinctValues values;

    TextProbe(String name, TextReader reader, int limit, boolean refuseMissing) {
        this.name = name;
        this.reader = reader;
        this.refuseMissing = refuseMissing;
        this.values = new DistinctValues(limit);
    }

    @Override
    void add(InternalRow row, double weight, boolean counts, Findings findings) {
        if (reader.isMissing(row)) {
            if (refuseMissing) {
                findings.report(Problem.Kind.MISSING_FEATURE, name, "null");
            }
            if (counts) {
                values.addMissing(weight);
            }
        } else if (counts) {
            values.add(reader.read(row), weight);
        }
    }

    @Override
    void merge(ColumnProbe other) {
        values.merge(((TextProbe) other).values);
    }

    @Override
    double deviation(ColumnProbe whole) {
        return values.deviation(((TextProbe) whole).values);
    }

    DistinctValues values() {
        return values;
    }
}
