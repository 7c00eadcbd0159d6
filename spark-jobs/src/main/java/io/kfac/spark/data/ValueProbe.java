package io.kfac.spark.data;

import io.kfac.family.Distribution;
import java.util.Optional;
import org.apache.spark.sql.catalyst.InternalRow;

/** A column of values to predict: whether the distribution of the outputs can take them, and their weighted mean. */
final class ValueProbe extends ColumnProbe {
    private static final long serialVersionUID = 1L;

    private final String name;
    private final NumberReader number;
    private final Distribution[] distribution;
    private final Moments moments = new Moments(1);

    /** @param distribution of the outputs; empty: any finite value will do */
    ValueProbe(String name, NumberReader number, Optional<Distribution> distribution) {
        this.name = name;
        this.number = number;
        this.distribution = distribution.stream().toArray(Distribution[]::new);
    }

    @Override
    void add(InternalRow row, double rowWeight, boolean counts, Findings findings) {
        if (number.isMissing(row)) {
            findings.report(Problem.Kind.MISSING_LABEL, name, "null");
            return;
        }
        double value = number.read(row);
        if (!(Math.abs(value) <= Double.MAX_VALUE)) {
            findings.report(Problem.Kind.LABEL_NOT_FINITE, name, Double.toString(value));
        } else if (distribution.length > 0 && !distribution[0].domain().contains(value)) {
            findings.report(
                    Problem.Kind.OUTSIDE_DOMAIN,
                    name,
                    "value %s is not %s, as %s outputs are,"
                            .formatted(value, distribution[0].domain().description(), distribution[0].name()));
        } else if (counts) {
            moments.rowBuffer()[moments.rowOffset()] = value;
            moments.addDense(rowWeight);
        }
    }

    @Override
    void finish() {
        moments.finish();
    }

    @Override
    void merge(ColumnProbe other) {
        moments.merge(((ValueProbe) other).moments);
    }

    @Override
    double deviation(ColumnProbe whole) {
        return moments.deviation(((ValueProbe) whole).moments);
    }

    /** Of the training rows. */
    double mean() {
        return moments.mean(0);
    }
}
