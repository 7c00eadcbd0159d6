package io.kfac.spark.data;

import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.unsafe.types.UTF8String;

/** Writes the features of one column of a row, at {@code offset} of the row's features. */
abstract class ColumnDecoder implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Overwrites its part of out. What is missing and has no replacement becomes NaN. */
    abstract void dense(InternalRow row, double[] out, int offset);

    abstract void sparse(InternalRow row, SparseRow out, int offset);

    /** Numbers and booleans. */
    static final class Numeric extends ColumnDecoder {
        private static final long serialVersionUID = 1L;
        private final NumberReader reader;
        private final double whenMissing;

        /** @param whenMissing NaN: there is no replacement */
        Numeric(NumberReader reader, double whenMissing) {
            this.reader = reader;
            this.whenMissing = whenMissing;
        }

        @Override
        void dense(InternalRow row, double[] out, int offset) {
            out[offset] = value(row);
        }

        @Override
        void sparse(InternalRow row, SparseRow out, int offset) {
            out.append(offset, value(row));
        }

        private double value(InternalRow row) {
            double value = reader.isMissing(row) ? Double.NaN : reader.read(row);
            return !Double.isNaN(value) ? value : whenMissing;
        }
    }

    /** Categories. */
    static final class OneHot extends ColumnDecoder {
        private static final long serialVersionUID = 1L;
        private static final int NONE = -1;
        private final TextReader reader;
        private final String[] categories;
        private final boolean mayBeMissing;
        private final int whenMissing;
        private transient Map<UTF8String, Integer> index;
        private long unseen;

        OneHot(TextReader reader, ColumnEncoding.OneHot encoding) {
            this.reader = reader;
            List<String> names = encoding.categories();
            this.categories = names.toArray(new String[0]);
            this.mayBeMissing = encoding.whenMissing().isPresent();
            this.whenMissing = encoding.whenMissing().map(names::indexOf).orElse(NONE);
        }

        @Override
        void dense(InternalRow row, double[] out, int offset) {
            Arrays.fill(out, offset, offset + categories.length, 0);
            if (reader.isMissing(row) && !mayBeMissing) {
                out[offset] = Double.NaN;
                return;
            }
            int category = category(row);
            if (category != NONE) {
                out[offset + category] = 1;
            }
        }

        @Override
        void sparse(InternalRow row, SparseRow out, int offset) {
            if (reader.isMissing(row) && !mayBeMissing) {
                out.append(offset, Double.NaN);
                return;
            }
            int category = category(row);
            if (category != NONE) {
                out.append(offset + category, 1);
            }
        }

        private int category(InternalRow row) {
            if (reader.isMissing(row)) {
                return whenMissing;
            }
            if (index == null) {
                index = new HashMap<>();
                for (int k = 0; k < categories.length; k++) {
                    index.put(UTF8String.fromString(categories[k]), k);
                }
            }
            Integer found = index.get(reader.read(row));
            if (found == null) {
                unseen++;
                return NONE;
            }
            return found;
        }

        /** Values so far that are none of the categories. */
        long unseen() {
            return unseen;
        }
    }

    /** Vectors and arrays; those that are shorter than expected are filled up with zeros. */
    static final class VectorColumn extends ColumnDecoder {
        private static final long serialVersionUID = 1L;
        private final VectorReader reader;
        private final int width;

        VectorColumn(VectorReader reader, int width) {
            this.reader = reader;
            this.width = width;
        }

        @Override
        void dense(InternalRow row, double[] out, int offset) {
            if (!reader.load(row) || reader.size() > width) {
                out[offset] = Double.NaN;
                return;
            }
            reader.copyTo(out, offset);
            if (reader.size() < width) {
                Arrays.fill(out, offset + reader.size(), offset + width, 0);
            }
        }

        @Override
        void sparse(InternalRow row, SparseRow out, int offset) {
            if (!reader.load(row) || reader.size() > width) {
                out.append(offset, Double.NaN);
                return;
            }
            if (reader.isSparse()) {
                for (int k = 0; k < reader.count(); k++) {
                    out.append(offset + reader.indices()[k], reader.values()[k]);
                }
                return;
            }
            double[] dense = new double[reader.size()];
            reader.copyTo(dense, 0);
            for (int j = 0; j < dense.length; j++) {
                out.append(offset + j, dense[j]);
            }
        }
    }
}
