package io.kfac.spark.ml;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.unsafe.Platform;

/** Copies of some rows, whose iterator reuses them, in memory that is itself reused for the next ones. */
final class RowArena {
    private final List<InternalRow> rows = new ArrayList<>();
    private final List<UnsafeRow> views = new ArrayList<>();
    private byte[] bytes = new byte[1 << 16];
    private int used;

    int size() {
        return rows.size();
    }

    /** Valid until {@link #clear}. */
    InternalRow get(int index) {
        return rows.get(index);
    }

    /** Valid until {@link #clear}. */
    List<InternalRow> rows() {
        return Collections.unmodifiableList(rows);
    }

    void clear() {
        rows.clear();
        used = 0;
    }

    /** @return the copy */
    InternalRow add(InternalRow row) {
        InternalRow copy = row instanceof UnsafeRow unsafe ? copy(unsafe) : row.copy();
        rows.add(copy);
        return copy;
    }

    private InternalRow copy(UnsafeRow row) {
        int size = row.getSizeInBytes();
        if (used > Integer.MAX_VALUE - 8 - size) {
            return row.copy();
        }
        if (used + size > bytes.length) {
            // Earlier rows keep the array that they point into.
            bytes = new byte[(int) Math.min(Integer.MAX_VALUE - 8, Math.max(2L * bytes.length, (long) used + size))];
        }
        int index = rows.size();
        while (views.size() <= index) {
            views.add(new UnsafeRow(row.numFields()));
        }
        UnsafeRow view = views.get(index);
        if (view.numFields() != row.numFields()) {
            return row.copy();
        }
        Platform.copyMemory(row.getBaseObject(), row.getBaseOffset(), bytes, Platform.BYTE_ARRAY_OFFSET + used, size);
        view.pointTo(bytes, Platform.BYTE_ARRAY_OFFSET + used, size);
        used += size;
        return view;
    }
}
