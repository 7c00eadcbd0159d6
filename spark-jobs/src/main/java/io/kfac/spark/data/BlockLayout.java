package io.kfac.spark.data;

import io.kfac.linalg.Precision;
import java.io.Serializable;

/**
 * What is stored of each row, and how.
 * @param width     features, without the column of ones
 * @param weighted  whether weights are stored; else all are 1
 * @param shifted   whether offsets are stored; else all are 0
 * @param blockRows most rows of a block
 */
record BlockLayout(
        int width,
        Precision precision,
        boolean intercept,
        boolean sparse,
        boolean weighted,
        boolean shifted,
        TargetKind target,
        int blockRows)
        implements Serializable {

    /** What is stored as target. */
    enum TargetKind {
        CLASSES(Integer.BYTES),
        VALUES(Double.BYTES),
        INPUTS(0);

        private final int bytes;

        TargetKind(int bytes) {
            this.bytes = bytes;
        }

        int bytes() {
            return bytes;
        }
    }

    /** Columns of a block's features. */
    int columns() {
        return width + (intercept ? 1 : 0);
    }
}
