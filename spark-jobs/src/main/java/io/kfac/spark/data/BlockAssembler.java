package io.kfac.spark.data;

import io.kfac.batch.MiniBatch;
import io.kfac.batch.Targets;
import io.kfac.linalg.CsrFeatures;
import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Features;
import io.kfac.linalg.FloatMatrix;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Precision;
import java.util.Arrays;

/** Makes one block from some rows of chunks, with the column of ones last. */
final class BlockAssembler {
    private final BlockLayout layout;
    private final RowOrder order;

    BlockAssembler(BlockLayout layout, RowOrder order) {
        this.layout = layout;
        this.order = order;
    }

    /** Rows [from, to) of the order. */
    MiniBatch block(int from, int to) {
        int rows = to - from;
        long[] ids = new long[rows];
        double[] weights = new double[layout.weighted() ? rows : 0];
        double[] offsets = new double[layout.shifted() ? rows : 0];
        for (int r = 0; r < rows; r++) {
            RowChunk chunk = order.chunk(from + r);
            int row = order.row(from + r);
            ids[r] = chunk.id(row);
            if (layout.weighted()) {
                chunk.weight(row, weights, r);
            }
            if (layout.shifted()) {
                chunk.offset(row, offsets, r);
            }
        }
        return new MiniBatch(
                layout.sparse() ? sparse(from, rows) : dense(from, rows), targets(from, rows), weights, ids, offsets);
    }

    private Targets targets(int from, int rows) {
        switch (layout.target()) {
            case CLASSES -> {
                int[] labels = new int[rows];
                for (int r = 0; r < rows; r++) {
                    order.chunk(from + r).label(order.row(from + r), labels, r);
                }
                return new Targets.Classes(labels);
            }
            case VALUES -> {
                Matrix values = Matrix.zeros(layout.precision(), rows, 1);
                for (int r = 0; r < rows; r++) {
                    values.set(r, 0, order.chunk(from + r).target(order.row(from + r)));
                }
                return new Targets.Values(values);
            }
            default -> {
                return new Targets.Inputs();
            }
        }
    }

    private Features dense(int from, int rows) {
        int d = layout.width();
        int columns = layout.columns();
        if (layout.precision() == Precision.FLOAT) {
            float[] data = new float[rows * columns];
            for (int r = 0; r < rows; r++) {
                order.chunk(from + r).values(order.row(from + r), data, r * columns);
                if (columns > d) {
                    data[r * columns + d] = 1;
                }
            }
            return new DenseFeatures(FloatMatrix.of(rows, columns, data));
        }
        double[] data = new double[rows * columns];
        for (int r = 0; r < rows; r++) {
            order.chunk(from + r).values(order.row(from + r), data, r * columns);
            if (columns > d) {
                data[r * columns + d] = 1;
            }
        }
        return new DenseFeatures(DoubleMatrix.of(rows, columns, data));
    }

    private Features sparse(int from, int rows) {
        int ones = layout.intercept() ? 1 : 0;
        int[] starts = new int[rows + 1];
        for (int r = 0; r < rows; r++) {
            starts[r + 1] = starts[r] + order.chunk(from + r).entries(order.row(from + r)) + ones;
        }
        int[] columns = new int[starts[rows]];
        Arrays.fill(columns, layout.width()); // what the rows do not overwrite is the column of ones
        for (int r = 0; r < rows; r++) {
            order.chunk(from + r).columns(order.row(from + r), columns, starts[r]);
        }
        if (layout.precision() == Precision.FLOAT) {
            float[] values = new float[columns.length];
            Arrays.fill(values, 1);
            for (int r = 0; r < rows; r++) {
                order.chunk(from + r).values(order.row(from + r), values, starts[r]);
            }
            return new CsrFeatures(rows, layout.columns(), starts, columns, values);
        }
        double[] values = new double[columns.length];
        Arrays.fill(values, 1);
        for (int r = 0; r < rows; r++) {
            order.chunk(from + r).values(order.row(from + r), values, starts[r]);
        }
        return new CsrFeatures(rows, layout.columns(), starts, columns, values);
    }
}
