package io.kfac.spark.data;

import io.kfac.batch.MiniBatch;
import io.kfac.batch.Targets;
import io.kfac.linalg.CsrFeatures;
import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Features;
import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;

/**
 * Encodes Spark's own rows as a model's training rows were, without labels, in double, into a block that is reused for the next rows.
 * What cannot be read is NaN. Made on the driver, used in tasks, one copy each.
 */
public final class BlockEncoder implements Serializable {
    private static final long serialVersionUID = 1L;

    private final FeatureDecoder decoder;
    private final RowNumber offsets;
    private final int columns;
    private final boolean sparse;

    private transient double[] dense;
    private transient SparseRow entries;
    private transient int[] ends;
    private transient double[] shifts;
    private transient int rows;

    private BlockEncoder(FeatureDecoder decoder, RowNumber offsets, int columns, boolean sparse) {
        this.decoder = decoder;
        this.offsets = offsets;
        this.columns = columns;
        this.sparse = sparse;
    }

    /**
     * @param schema with columns of the encoding's names
     * @param table  for messages
     * @throws BadInput if a column is of another type
     */
    public static BlockEncoder of(StructType schema, DataEncoding encoding, String table) {
        FeatureDecoder decoder = FeatureDecoder.of(schema, encoding.features().names(), encoding, table);
        RowNumber offsets = RowNumber.of(RowNumber.Role.OFFSET, encoding.offsetColumn(), schema, table);
        boolean sparse = StorageChoice.sparse(encoding);
        return new BlockEncoder(decoder, offsets, encoding.blockColumns(), sparse);
    }

    /** Takes in a row, which may be reused after. */
    public void add(InternalRow row) {
        reserve();
        if (offsets.isColumn()) {
            shifts[rows] = offsets.read(row);
        }
        if (sparse) {
            SparseRow nonzeros = decoder.sparse(row);
            entries.appendAll(nonzeros);
            if (columns > decoder.width()) {
                entries.append(decoder.width(), 1);
            }
            ends[rows] = entries.count();
        } else {
            int start = rows * columns;
            decoder.dense(row, dense, start);
            if (columns > decoder.width()) {
                dense[start + decoder.width()] = 1;
            }
        }
        rows++;
    }

    private void reserve() {
        if (ends == null) {
            ends = new int[16];
            shifts = new double[16];
            dense = new double[sparse ? 0 : 16 * columns];
            entries = new SparseRow();
        }
        if (rows == ends.length) {
            ends = Arrays.copyOf(ends, 2 * rows);
            shifts = Arrays.copyOf(shifts, 2 * rows);
            dense = Arrays.copyOf(dense, 2 * dense.length);
        }
        if (rows == 0) {
            entries.clear();
        }
    }

    /** The rows since the last call, valid until the next {@link #add}; row ids are positions in the block. */
    public MiniBatch take() {
        reserve();
        long[] ids = new long[rows];
        Arrays.setAll(ids, r -> r);
        double[] moved = Arrays.copyOf(shifts, offsets.isColumn() ? rows : 0);
        MiniBatch block = new MiniBatch(features(), new Targets.Inputs(), new double[0], ids, moved);
        rows = 0;
        return block;
    }

    private Features features() {
        if (!sparse) {
            return new DenseFeatures(new DoubleMatrix(dense, 0, rows, columns, columns));
        }
        int[] starts = new int[rows + 1];
        System.arraycopy(ends, 0, starts, 1, rows);
        return new CsrFeatures(rows, columns, starts, entries.columns(), entries.values());
    }
}
