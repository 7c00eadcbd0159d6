package io.kfac.spark.ml;

import io.kfac.linalg.CsrFeatures;
import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Features;
import io.kfac.linalg.Matrix;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.model.Workspace;
import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.ml.impl.Utils;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;

/** From features to raw predictions: a network on raw features, in double, and the classes of its outputs. */
record ClassScores(Network network, Parameters parameters, Classes classes) implements Serializable {

    int features() {
        return network.layer(0).inputs();
    }

    /** Raw predictions of one row. */
    double[] raw(Vector row) {
        if (row.size() != features()) {
            throw new IllegalArgumentException(Messages.size(row.size(), features()));
        }
        if (classes.constant()) {
            return raw(new double[0]);
        }
        Workspace workspace = new Workspace(network, 1);
        network.forward(parameters, block(row), false, workspace);
        double[] theta = new double[network.outputs()];
        workspace.theta().getRow(0, theta);
        return raw(theta);
    }

    /**
     * The scores of all classes from the network's outputs: margins of two classes from their log-odds; minus infinity, which is the
     * probability 0, for classes without a row.
     */
    double[] raw(double[] theta) {
        double[] raw = new double[classes.scores()];
        if (classes.constant()) {
            // The infimum of the loss: as MLlib has it.
            int only = classes.present()[0];
            Arrays.fill(raw, classes.binomial() ? Double.NEGATIVE_INFINITY : 0);
            raw[only] = Double.POSITIVE_INFINITY;
        } else if (classes.binomial()) {
            raw[0] = -theta[0];
            raw[1] = theta[0];
        } else {
            Arrays.fill(raw, Double.NEGATIVE_INFINITY);
            for (int j = 0; j < theta.length; j++) {
                raw[classes.present()[j]] = theta[j];
            }
        }
        return raw;
    }

    /** raw = probabilities. */
    void toProbabilities(double[] raw) {
        if (classes.binomial()) {
            raw[0] = 1 / (1 + Math.exp(-raw[0]));
            raw[1] = 1 - raw[0];
        } else {
            Utils.softmax(raw);
        }
    }

    private Features block(Vector row) {
        int columns = network.inputColumns();
        int width = features();
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

    /** Coefficients as MLlib has them, row-major, classes x features: zeros for classes without rows. */
    double[] coefficients() {
        int width = features();
        double[] all = new double[classes.coefficientSets() * width];
        if (classes.constant()) {
            return all;
        }
        Matrix weights = parameters.layer(0);
        double[] row = new double[weights.cols()];
        for (int i = 0; i < weights.rows(); i++) {
            weights.getRow(i, row);
            System.arraycopy(row, 0, all, classOf(i) * width, width);
        }
        return all;
    }

    /** Intercepts as MLlib has them; infinite where only they could say that a class is certain, or impossible. */
    double[] intercepts() {
        double[] all = new double[classes.coefficientSets()];
        if (classes.constant()) {
            double[] raw = raw(new double[0]);
            return classes.binomial() ? new double[] {raw[1]} : raw;
        }
        Arrays.fill(all, classes.binomial() ? 0 : Double.NEGATIVE_INFINITY);
        for (int i = 0; i < network.outputs(); i++) {
            all[classOf(i)] = network.layer(0).bias() ? parameters.layer(0).get(i, features()) : 0;
        }
        return all;
    }

    private int classOf(int output) {
        return classes.binomial() ? 0 : classes.present()[output];
    }
}
