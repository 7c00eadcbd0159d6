package io.kfac.spark.data;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the statistics pass found in a table. Moments, categories and counts are of the training rows; numbering and
 * labels of all rows.
 * @param alike   whether each partition could have been drawn from the table at random
 * @param numbers of numeric features, in the order of {@link NumbersProbe#name}
 */
record TableStatistics(
        RowNumbering numbering,
        RowTotals training,
        RowTotals heldOut,
        boolean alike,
        NumbersProbe numbers,
        Map<String, VectorProbe> vectors,
        Map<String, TextProbe> texts,
        Optional<LabelProbe> label,
        Optional<ValueProbe> value) {

    /** Rows, held out ones included. */
    long rows() {
        return numbering.rows();
    }

    /** Where the target is a value. */
    Optional<TargetSummary> target() {
        return value.map(probe -> new TargetSummary(probe.mean(), training.offsetMean(), training.largestOffset()));
    }

    static TableStatistics of(
            RowNumbering numbering, RowTotals training, RowTotals heldOut, boolean alike, List<ProbeSlot> slots) {
        NumbersProbe numbers = null;
        Map<String, VectorProbe> vectors = new java.util.LinkedHashMap<>();
        Map<String, TextProbe> texts = new java.util.LinkedHashMap<>();
        Optional<LabelProbe> label = Optional.empty();
        Optional<ValueProbe> value = Optional.empty();
        for (ProbeSlot slot : slots) {
            if (slot.probe() instanceof NumbersProbe found) {
                numbers = found;
            } else if (slot.probe() instanceof VectorProbe found) {
                vectors.put(slot.column(), found);
            } else if (slot.probe() instanceof TextProbe found) {
                texts.put(slot.column(), found);
            } else if (slot.probe() instanceof LabelProbe found) {
                label = Optional.of(found);
            } else if (slot.probe() instanceof ValueProbe found) {
                value = Optional.of(found);
            }
        }
        return new TableStatistics(numbering, training, heldOut, alike, numbers, vectors, texts, label, value);
    }

    /** A probe and the column that it looks at; empty for several. */
    record ProbeSlot(String column, ColumnProbe probe) {}
}
