package io.kfac.spark.data;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/** Reads the features of internal rows, standardised. Has buffers: one a task. */
final class FeatureDecoder implements Serializable {
    private static final long serialVersionUID = 1L;

    private final ColumnDecoder[] columns;
    private final int[] offsets;
    private final int width;
    private final boolean centered;
    private final double[] shift;
    private final double[] scale;
    private final boolean identity;

    private transient double[] raw;
    private transient SparseRow sparse;

    private FeatureDecoder(ColumnDecoder[] columns, int[] offsets, int width, Standardization standardization) {
        this.columns = columns;
        this.offsets = offsets;
        this.width = width;
        this.centered = standardization.centered();
        this.shift = standardization.shift();
        this.scale = standardization.scale();
        this.identity = !centered && Arrays.stream(scale).allMatch(s -> s == 1);
    }

    /**
     * @param names the table's column of each column encoding
     */
    static FeatureDecoder of(StructType schema, List<String> names, DataEncoding encoding, String table) {
        List<ColumnEncoding> encodings = encoding.features().columns();
        List<ColumnDecoder> decoders = new ArrayList<>();
        int[] offsets = new int[encodings.size()];
        int next = 0;
        for (int k = 0; k < offsets.length; k++) {
            decoders.add(decoder(schema, names.get(k), encodings.get(k), table));
            offsets[k] = next;
            next += encodings.get(k).width();
        }
        return new FeatureDecoder(decoders.toArray(new ColumnDecoder[0]), offsets, next, encoding.standardization());
    }

    private static ColumnDecoder decoder(StructType schema, String name, ColumnEncoding encoding, String table) {
        int ordinal = schema.fieldIndex(name);
        DataType type = schema.apply(name).dataType();
        if (encoding instanceof ColumnEncoding.OneHot oneHot) {
            return new ColumnDecoder.OneHot(
                    TextReader.of(ordinal, type).orElseThrow(() -> mismatch(name, type, table, "strings")), oneHot);
        }
        if (encoding instanceof ColumnEncoding.VectorColumn vector) {
            return new ColumnDecoder.VectorColumn(
                    VectorReader.of(ordinal, type).orElseThrow(() -> mismatch(name, type, table, "vectors")),
                    vector.width());
        }
        ColumnEncoding.Numeric numeric = (ColumnEncoding.Numeric) encoding;
        return new ColumnDecoder.Numeric(
                NumberReader.of(ordinal, type).orElseThrow(() -> mismatch(name, type, table, "numbers")),
                numeric.whenMissing().orElse(Double.NaN));
    }

    static BadInput mismatch(String column, DataType type, String table, String wanted) {
        return new BadInput("Cannot use column '%s' of %s: it is of type %s, and held %s in training"
                .formatted(column, table, type.simpleString(), wanted));
    }

    int width() {
        return width;
    }

    /** Whether features are the numbers of one column's vectors, neither moved nor scaled. */
    boolean isVerbatim() {
        return identity && columns.length == 1 && columns[0] instanceof ColumnDecoder.VectorColumn;
    }

    /** out[offset, offset + width) = the row's features. */
    void dense(InternalRow row, float[] out, int offset) {
        double[] x = raw(row);
        for (int j = 0; j < width; j++) {
            out[offset + j] = (float) ((x[j] - shift[j]) * scale[j]);
        }
    }

    /** out[offset, offset + width) = the row's features. */
    void dense(InternalRow row, double[] out, int offset) {
        if (identity) {
            for (int k = 0; k < columns.length; k++) {
                columns[k].dense(row, out, offset + offsets[k]);
            }
            return;
        }
        double[] x = raw(row);
        for (int j = 0; j < width; j++) {
            out[offset + j] = (x[j] - shift[j]) * scale[j];
        }
    }

    private double[] raw(InternalRow row) {
        if (raw == null) {
            raw = new double[width];
        }
        for (int k = 0; k < columns.length; k++) {
            columns[k].dense(row, raw, offsets[k]);
        }
        return raw;
    }

    /** The row's nonzero features, valid until the next call. Only where features are not centred. */
    SparseRow sparse(InternalRow row) {
        if (centered) {
            throw new IllegalStateException("Cannot store centred features as sparse rows: no entry would be zero");
        }
        if (sparse == null) {
            sparse = new SparseRow();
        }
        sparse.clear();
        for (int k = 0; k < columns.length; k++) {
            columns[k].sparse(row, sparse, offsets[k]);
        }
        double[] values = sparse.values();
        for (int k = 0; k < sparse.count(); k++) {
            values[k] *= scale[sparse.columns()[k]];
        }
        return sparse;
    }

    /** Strings met so far that are none of their column's categories. */
    long unseenCategories() {
        long unseen = 0;
        for (ColumnDecoder column : columns) {
            unseen += column instanceof ColumnDecoder.OneHot oneHot ? oneHot.unseen() : 0;
        }
        return unseen;
    }
}
