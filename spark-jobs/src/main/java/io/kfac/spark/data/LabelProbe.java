package io.kfac.spark.data;

import org.apache.spark.sql.catalyst.InternalRow;

/** The label column: its distinct values, as numbers where the column is numeric. */
final class LabelProbe extends ColumnProbe {
    private static final long serialVersionUID = 1L;
    /** More classes than this are taken for a mistake. */
    static final int MOST_CLASSES = 1_000;

    private final String name;
    private final boolean numeric;
    private final NumberReader number;
    private final TextReader text;
    private final DistinctNumbers numbers = new DistinctNumbers(MOST_CLASSES);
    private final DistinctValues texts = new DistinctValues(MOST_CLASSES);

    /** @param numeric whether the column holds numbers (booleans are text: true, false) */
    LabelProbe(String name, boolean numeric, NumberReader number, TextReader text) {
        this.name = name;
        this.numeric = numeric;
        this.number = number;
        this.text = text;
    }

    @Override
    void add(InternalRow row, double weight, boolean counts, Findings findings) {
        if (text.isMissing(row)) {
            findings.report(Problem.Kind.MISSING_LABEL, name, "null");
        } else if (!numeric) {
            texts.add(text.read(row), weight);
        } else {
            double label = number.read(row);
            if (!(Math.abs(label) <= Double.MAX_VALUE)) {
                findings.report(Problem.Kind.LABEL_NOT_FINITE, name, Double.toString(label));
            } else {
                numbers.add(label, weight);
            }
        }
    }

    @Override
    void merge(ColumnProbe other) {
        LabelProbe that = (LabelProbe) other;
        numbers.merge(that.numbers);
        texts.merge(that.texts);
    }

    @Override
    double deviation(ColumnProbe whole) {
        LabelProbe that = (LabelProbe) whole;
        return numeric ? numbers.deviation(that.numbers) : texts.deviation(that.texts);
    }

    String name() {
        return name;
    }

    boolean numeric() {
        return numeric;
    }

    DistinctNumbers numbers() {
        return numbers;
    }

    DistinctValues texts() {
        return texts;
    }
}
