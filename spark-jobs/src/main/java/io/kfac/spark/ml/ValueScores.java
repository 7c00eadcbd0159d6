package io.kfac.spark.ml;

import io.kfac.linalg.Matrix;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import java.io.Serializable;
import org.apache.spark.ml.linalg.Vector;

/**
 * From features to means: a network on raw features with one output, in double.
 * @param negated whether the link's value is minus the output, as {@link Head} has it
 */
record ValueScores(Network network, Parameters parameters, boolean negated) implements Serializable {

    /** The mean of one row without an offset. */
    double mean(Vector row) {
        Matrix outputs = VectorRow.outputs(network, parameters, row);
        network.family().mean(outputs, outputs);
        return outputs.get(0, 0);
    }

    double sign() {
        return negated ? -1 : 1;
    }

    /** Of the linear predictor, in the raw features. */
    double[] coefficients() {
        int width = network.layer(0).inputs();
        double[] all = new double[width];
        for (int j = 0; j < width; j++) {
            all[j] = sign() * parameters.layer(0).get(0, j);
        }
        return all;
    }

    double intercept() {
        return network.layer(0).bias()
                ? sign() * parameters.layer(0).get(0, network.layer(0).inputs())
                : 0;
    }
}
