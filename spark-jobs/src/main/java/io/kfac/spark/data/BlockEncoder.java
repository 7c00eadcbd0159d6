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
 * Encodes Spark's own rows as a model's training rows were, without labels, in double. Dense features are written to where the caller
 * keeps them, or stand there already, as numbers of a vector that it copied; sparse ones are kept here, until the next rows. What cannot
 * be read is NaN. Made on the driver, used in tasks, one copy each.
 */
public final class BlockEncoder implements Serializable {
    private static final long serialVersionUID = 1L;

    private final FeatureDecoder decoder;
    private final RowNumber offsets;
    private final int columns;
    private final boolean sparse;

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

    /** Numbers a row that the caller keeps, the 1 of the intercept included; 0 where blocks are sparse. */
    public int denseColumns() {
        return sparse ? 0 : columns;
    }

    /** Whether features are the numbers of one column's vectors, neither moved nor scaled. */
    public boolean isVerbatim() {
        return !sparse && decoder.isVerbatim();
    }

    /** Takes in a row, which may be reused after. @param dense its {@link #denseColumns} numbers from {@code at} on are overwritten */
    public void add(InternalRow row, double[] dense, int at) {
        if (sparse) {
            reserve();
            entries.appendAll(decoder.sparse(row));
            if (columns > decoder.width()) {
                entries.append(decoder.width(), 1);
            }
            ends[rows] = entries.count();
            endRow(row);
        } else {
            decoder.dense(row, dense, at);
            addVerbatim(row, dense, at);
        }
    }

    /** Takes in a row whose vector stands in {@code dense} from {@code at} on; the 1 of the intercept is written behind it. */
    public void addVerbatim(InternalRow row, double[] dense, int at) {
        reserve();
        if (columns > decoder.width()) {
            dense[at + decoder.width()] = 1;
        }
        endRow(row);
    }

    private void endRow(InternalRow row) {
        if (offsets.isColumn()) {
            shifts[rows] = offsets.read(row);
        }
        rows++;
    }

    private void reserve() {
        if (ends == null) {
            ends = new int[16];
            shifts = new double[16];
            entries = new SparseRow();
        }
        if (rows == ends.length) {
            ends = Arrays.copyOf(ends, 2 * rows);
            shifts = Arrays.copyOf(shifts, 2 * rows);
        }
        if (rows == 0) {
            entries.clear();
        }
    }

    /**
     * The rows since the last call, valid until the next one is added; row ids are positions in the block.
     * @param dense  where the features of row i begin at {@code first + i * stride}
     */
    public MiniBatch take(double[] dense, int first, int stride) {
        reserve();
        long[] ids = new long[rows];
        Arrays.setAll(ids, r -> r);
        double[] moved = Arrays.copyOf(shifts, offsets.isColumn() ? rows : 0);
        Features features =
                sparse ? sparse() : new DenseFeatures(new DoubleMatrix(dense, first, rows, columns, stride));
        MiniBatch block = new MiniBatch(features, new Targets.Inputs(), new double[0], ids, moved);
        rows = 0;
        return block;
    }

    private Features sparse() {
        int[] starts = new int[rows + 1];
        System.arraycopy(ends, 0, starts, 1, rows);
        return new CsrFeatures(rows, columns, starts, entries.columns(), entries.values());
    }
}
