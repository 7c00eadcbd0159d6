package io.kfac.spark.data;

import io.kfac.batch.MiniBatch;
import io.kfac.batch.Targets;
import io.kfac.linalg.CsrFeatures;
import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Features;
import io.kfac.linalg.FloatMatrix;
import io.kfac.linalg.Precision;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;

/**
 * Encodes rows as a model's training rows were, without labels, in blocks, for prediction. Made on the driver, which
 * refuses a table without the columns; used in tasks, one copy each. A row that cannot be encoded (a missing or
 * infinite value, a vector of another size) gives a block in which {@link EncodedRows#bad} says so;
 * {@link Tables#check} finds it beforehand and names file and row.
 */
public final class RowEncoder implements Serializable {
    private static final long serialVersionUID = 1L;
    /** Rows of a block. */
    public static final int BLOCK_ROWS = 1024;

    private final FeatureDecoder decoder;
    private final RowNumber offsets;
    private final StructType schema;
    private final Precision precision;
    private final int columns;
    private final boolean sparse;

    private RowEncoder(
            FeatureDecoder decoder,
            RowNumber offsets,
            StructType schema,
            Precision precision,
            int columns,
            boolean sparse) {
        this.decoder = decoder;
        this.offsets = offsets;
        this.schema = schema;
        this.precision = precision;
        this.columns = columns;
        this.sparse = sparse;
    }

    /**
     * Rows of a block and the block. Targets are {@link Targets.Inputs}, row ids the rows' positions in the block.
     * @param rows as they came
     * @param bad  rows with a feature, or an offset, that is not a finite number
     */
    public record EncodedRows(MiniBatch batch, List<Row> rows, List<Integer> bad) {}

    /** @throws BadInput if the table lacks a column, or has one of another type */
    public static RowEncoder of(Table table, DataEncoding encoding, Precision precision) {
        TableLayout layout = TableLayout.of(table, DataOptions.defaults(), encoding, false);
        StructType schema = table.frame().schema();
        FeatureDecoder decoder = FeatureDecoder.of(schema, layout.features(), encoding, table.name());
        RowNumber offsets = RowNumber.of(RowNumber.Role.OFFSET, layout.offset(), schema, table.name());
        return new RowEncoder(
                decoder, offsets, schema, precision, encoding.blockColumns(), StorageChoice.sparse(encoding));
    }

    /** The rows of one task in blocks. */
    public Iterator<EncodedRows> encode(Iterator<Row> rows) {
        scala.Function1<Object, Object> toCatalyst = CatalystTypeConverters.createToCatalystConverter(schema);
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return rows.hasNext();
            }

            @Override
            public EncodedRows next() {
                if (!rows.hasNext()) {
                    throw new NoSuchElementException();
                }
                List<Row> block = new ArrayList<>();
                List<InternalRow> internal = new ArrayList<>();
                while (rows.hasNext() && block.size() < BLOCK_ROWS) {
                    Row row = rows.next();
                    block.add(row);
                    internal.add((InternalRow) toCatalyst.apply(row));
                }
                return block(block, internal);
            }
        };
    }

    private EncodedRows block(List<Row> block, List<InternalRow> rows) {
        List<Integer> bad = new ArrayList<>();
        return new EncodedRows(batch(rows, bad), block, bad);
    }

    private MiniBatch batch(List<InternalRow> rows, List<Integer> bad) {
        Features features = sparse ? sparse(rows, bad) : dense(rows, bad);
        long[] ids = new long[rows.size()];
        java.util.Arrays.setAll(ids, r -> r);
        double[] shifts = offsets(rows, bad);
        return new MiniBatch(features, new Targets.Inputs(), new double[0], ids, shifts);
    }

    private double[] offsets(List<InternalRow> rows, List<Integer> bad) {
        double[] values = new double[offsets.isColumn() ? rows.size() : 0];
        for (int r = 0; r < values.length; r++) {
            values[r] = offsets.read(rows.get(r));
            if (!Double.isFinite(values[r])) {
                bad.add(r);
            }
        }
        return values;
    }

    private Features dense(List<InternalRow> rows, List<Integer> bad) {
        int d = decoder.width();
        double[] data = new double[rows.size() * columns];
        for (int r = 0; r < rows.size(); r++) {
            int start = r * columns;
            decoder.dense(rows.get(r), data, start);
            double check = 0;
            for (int j = start; j < start + d; j++) {
                check += data[j] * 0;
            }
            if (check != 0) {
                bad.add(r);
            }
            if (columns > d) {
                data[start + d] = 1;
            }
        }
        if (precision == Precision.DOUBLE) {
            return new DenseFeatures(DoubleMatrix.of(rows.size(), columns, data));
        }
        return new DenseFeatures(FloatMatrix.of(rows.size(), columns, narrow(data, data.length)));
    }

    private Features sparse(List<InternalRow> rows, List<Integer> bad) {
        int[] starts = new int[rows.size() + 1];
        SparseRow all = new SparseRow();
        for (int r = 0; r < rows.size(); r++) {
            SparseRow row = decoder.sparse(rows.get(r));
            double check = 0;
            for (int k = 0; k < row.count(); k++) {
                check += row.values()[k] * 0;
                all.append(row.columns()[k], row.values()[k]);
            }
            if (check != 0) {
                bad.add(r);
            }
            if (columns > decoder.width()) {
                all.append(decoder.width(), 1);
            }
            starts[r + 1] = all.count();
        }
        return precision == Precision.DOUBLE
                ? new CsrFeatures(rows.size(), columns, starts, all.columns(), all.values())
                : new CsrFeatures(rows.size(), columns, starts, all.columns(), narrow(all.values(), all.count()));
    }

    private static float[] narrow(double[] values, int count) {
        float[] narrow = new float[count];
        for (int k = 0; k < count; k++) {
            narrow[k] = (float) values[k];
        }
        return narrow;
    }

    /** Strings met so far, by this copy, that are none of their column's categories. */
    public long unseenCategories() {
        return decoder.unseenCategories();
    }
}
