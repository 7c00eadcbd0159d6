package io.kfac.spark.data;

import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.unsafe.Platform;

/**
 * Reads one column of spark.ml vectors or arrays of numbers: {@link #load} a row, then look at it. One instance a task.
 * Numbers are copied out of Spark's row in one go, never boxed.
 */
final class VectorReader implements Serializable {
    private static final long serialVersionUID = 1L;

    private final int ordinal;
    private final boolean mlVector;
    private final DataType elementType;

    private transient ArrayData array;
    private transient boolean sparse;
    private transient int size;
    private transient int[] indices;
    private transient double[] values;
    private transient int count;

    private VectorReader(int ordinal, boolean mlVector, DataType elementType) {
        this.ordinal = ordinal;
        this.mlVector = mlVector;
        this.elementType = elementType;
    }

    /** Empty for types that are neither vectors nor arrays of numbers. */
    static Optional<VectorReader> of(int ordinal, DataType type) {
        if (type.equals(SQLDataTypes.VectorType())) {
            return Optional.of(new VectorReader(ordinal, true, org.apache.spark.sql.types.DataTypes.DoubleType));
        }
        if (type instanceof ArrayType arrayType && arrayType.elementType() instanceof NumericType) {
            return Optional.of(new VectorReader(ordinal, false, arrayType.elementType()));
        }
        return Optional.empty();
    }

    /** A reader of the same column with buffers of its own. */
    VectorReader fresh() {
        return new VectorReader(ordinal, mlVector, elementType);
    }

    /** @return false if the row has no vector */
    boolean load(InternalRow row) {
        if (row.isNullAt(ordinal)) {
            return false;
        }
        if (!mlVector) {
            array = row.getArray(ordinal);
            sparse = false;
            size = array.numElements();
            return true;
        }
        // spark.ml stores (type: 0 sparse, 1 dense; size; indices; values)
        InternalRow vector = row.getStruct(ordinal, 4);
        array = vector.getArray(3);
        sparse = vector.getByte(0) == 0;
        if (!sparse) {
            size = array.numElements();
            return true;
        }
        size = vector.getInt(1);
        count = array.numElements();
        if (indices == null || indices.length < count) {
            indices = new int[Math.max(16, count + count / 2)];
            values = new double[indices.length];
        }
        copyInts(vector.getArray(2), indices, count);
        copyDoubles(array, values, 0, count);
        return true;
    }

    int size() {
        return size;
    }

    boolean isSparse() {
        return sparse;
    }

    /** Stored entries of a sparse vector. */
    int count() {
        return count;
    }

    /** Of a sparse vector, ascending; the first {@link #count} are meant. */
    int[] indices() {
        return indices;
    }

    /** Of a sparse vector; the first {@link #count} are meant. */
    double[] values() {
        return values;
    }

    /** out[offset, offset + size) = the vector; a null element of an array becomes NaN. */
    void copyTo(double[] out, int offset) {
        if (sparse) {
            java.util.Arrays.fill(out, offset, offset + size, 0);
            int[] at = indices;
            double[] from = values;
            for (int k = 0; k < count; k++) {
                out[offset + at[k]] = from[k];
            }
        } else if (elementType instanceof DoubleType) {
            copyDoubles(array, out, offset, size);
            markNulls(out, offset);
        } else {
            copyNumbers(out, offset);
            markNulls(out, offset);
        }
    }

    private void markNulls(double[] out, int offset) {
        if (!mlVector) {
            for (int j = 0; j < size; j++) {
                if (array.isNullAt(j)) {
                    out[offset + j] = Double.NaN;
                }
            }
        }
    }

    private void copyNumbers(double[] out, int offset) {
        String type = elementType.typeName();
        switch (type) {
            case "float" -> {
                for (int j = 0; j < size; j++) {
                    out[offset + j] = array.getFloat(j);
                }
            }
            case "integer" -> {
                for (int j = 0; j < size; j++) {
                    out[offset + j] = array.getInt(j);
                }
            }
            case "long" -> {
                for (int j = 0; j < size; j++) {
                    out[offset + j] = array.getLong(j);
                }
            }
            case "short" -> {
                for (int j = 0; j < size; j++) {
                    out[offset + j] = array.getShort(j);
                }
            }
            case "byte" -> {
                for (int j = 0; j < size; j++) {
                    out[offset + j] = array.getByte(j);
                }
            }
            default -> {
                var decimal = (org.apache.spark.sql.types.DecimalType) elementType;
                for (int j = 0; j < size; j++) {
                    out[offset + j] = array.isNullAt(j)
                            ? Double.NaN
                            : array.getDecimal(j, decimal.precision(), decimal.scale())
                                    .toDouble();
                }
            }
        }
    }

    private static void copyDoubles(ArrayData from, double[] to, int offset, int count) {
        if (from instanceof UnsafeArrayData unsafe) {
            Platform.copyMemory(
                    unsafe.getBaseObject(),
                    unsafe.getBaseOffset() + UnsafeArrayData.calculateHeaderPortionInBytes((long) count),
                    to,
                    Platform.DOUBLE_ARRAY_OFFSET + 8L * offset,
                    8L * count);
        } else {
            System.arraycopy(from.toDoubleArray(), 0, to, offset, count);
        }
    }

    private static void copyInts(ArrayData from, int[] to, int count) {
        if (from instanceof UnsafeArrayData unsafe) {
            Platform.copyMemory(
                    unsafe.getBaseObject(),
                    unsafe.getBaseOffset() + UnsafeArrayData.calculateHeaderPortionInBytes((long) count),
                    to,
                    Platform.INT_ARRAY_OFFSET,
                    4L * count);
        } else {
            System.arraycopy(from.toIntArray(), 0, to, 0, count);
        }
    }
}
