package io.kfac.spark.bench;

import java.io.Serializable;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.linalg.Vector;

/** A linear model of raw features. @param weights outputs x features @param intercepts one an output */
record Linear(double[][] weights, double[] intercepts) implements Serializable {

    /** MLlib's: column-major, and sparse where that is smaller. */
    static Linear of(Matrix coefficients, Vector intercepts) {
        double[] columns = coefficients.toArray();
        double[][] weights = new double[coefficients.numRows()][coefficients.numCols()];
        for (int k = 0; k < weights.length; k++) {
            for (int j = 0; j < weights[k].length; j++) {
                weights[k][j] = columns[j * weights.length + k];
            }
        }
        return new Linear(weights, intercepts.toArray());
    }
}
