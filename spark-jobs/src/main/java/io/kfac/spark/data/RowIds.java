package io.kfac.spark.data;

import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.sql.catalyst.InternalRow;

/** Ids of the rows of a task: from a column, or positions in file order. */
final class RowIds implements Serializable {
    private static final long serialVersionUID = 1L;

    private final IdReader[] column;
    private final long[][] firstIds;

    private RowIds(IdReader[] column, long[][] firstIds) {
        this.column = column;
        this.firstIds = firstIds;
    }

    static RowIds of(Optional<IdReader> column, RowNumbering numbering) {
        return column.map(reader -> new RowIds(new IdReader[] {reader}, new long[0][]))
                .orElseGet(() -> new RowIds(new IdReader[0], numbering.firstIds()));
    }

    /** @param tracker advanced to the row */
    long id(InternalRow row, int partition, SegmentTracker tracker) {
        return column.length > 0 ? column[0].read(row) : firstIds[partition][tracker.segment()] + tracker.position();
    }
}
