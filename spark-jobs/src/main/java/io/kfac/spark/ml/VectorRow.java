package io.kfac.spark.ml;

import io.kfac.linalg.CsrFeatures;
import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Features;
import io.kfac.linalg.Matrix;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.model.Workspace;
import java.util.Arrays;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;

/** One row through a network: the path of {@code predict}, beside that of blocks. */
final class VectorRow {
    private VectorRow() {}

    /** Outputs, 1 x k. @throws IllegalArgumentException if the row is of another size */
    static Matrix outputs(Network network, Parameters parameters, Vector row) {
        int width = network.layer(0).inputs();
        if (row.size() != width) {
            throw new IllegalArgumentException(Messages.size(row.size(), width));
        }
        Workspace workspace = new Workspace(network, 1);
        network.forward(parameters, features(network, row), false, workspace);
        return workspace.theta();
    }

    private static Features features(Network network, Vector row) {
        int columns = network.inputColumns();
        int width = row.size();
        boolean bias = columns > width;
        if (row instanceof SparseVector sparse) {
            int count = sparse.indices().length;
            int[] indices = Arrays.copyOf(sparse.indices(), count + (bias ? 1 : 0));
            double[] values = Arrays.copyOf(sparse.values(), indices.length);
            if (bias) {
                indices[count] = width;
                values[count] = 1;
            }
            return new CsrFeatures(1, columns, new int[] {0, indices.length}, indices, values);
        }
        double[] values = Arrays.copyOf(((DenseVector) row).values(), columns);
        if (bias) {
            values[width] = 1;
        }
        return new DenseFeatures(DoubleMatrix.of(1, columns, values));
    }
}
