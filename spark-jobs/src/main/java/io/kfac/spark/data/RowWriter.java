package io.kfac.spark.data;

import io.kfac.linalg.Precision;
import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.sql.catalyst.InternalRow;

/** Encodes rows of the table into builders. Has buffers: one a task. */
final class RowWriter implements Serializable {
    private static final long serialVersionUID = 1L;

    private final RowIds ids;
    private final RowNumber weights;
    private final RowNumber offsets;
    private final LabelReader[] labels;
    private final FeatureDecoder features;
    private final BlockLayout layout;
    private final HoldOut[] holdOut;

    RowWriter(
            RowIds ids,
            RowNumber weights,
            RowNumber offsets,
            Optional<LabelReader> labels,
            FeatureDecoder features,
            BlockLayout layout,
            Optional<HoldOut> holdOut) {
        this.ids = ids;
        this.weights = weights;
        this.offsets = offsets;
        this.labels = labels.stream().toArray(LabelReader[]::new);
        this.features = features;
        this.layout = layout;
        this.holdOut = holdOut.stream().toArray(HoldOut[]::new);
    }

    BlockLayout layout() {
        return layout;
    }

    /** 1, or 2 where rows are held out. */
    int parts() {
        return 1 + holdOut.length;
    }

    /** @param partition of the table @param tracker advanced to the row */
    long id(InternalRow row, int partition, SegmentTracker tracker) {
        return ids.id(row, partition, tracker);
    }

    /** 0: a training row; 1: held out. */
    int part(long id) {
        return holdOut.length > 0 && holdOut[0].holds(id) ? 1 : 0;
    }

    void write(InternalRow row, long id, RowBuilder to) {
        to.id(id);
        if (layout.weighted()) {
            to.weight(weights.read(row));
        }
        if (layout.shifted()) {
            to.offset(offsets.read(row));
        }
        switch (layout.target()) {
            case CLASSES -> to.label(labels[0].readClass(row));
            case VALUES -> to.target(labels[0].readValue(row));
            case INPUTS -> {}
        }
        if (layout.sparse()) {
            to.features(features.sparse(row));
        } else if (layout.precision() == Precision.FLOAT) {
            features.dense(row, to.floats(), to.denseAt());
        } else {
            features.dense(row, to.doubles(), to.denseAt());
        }
        to.endRow();
    }
}
