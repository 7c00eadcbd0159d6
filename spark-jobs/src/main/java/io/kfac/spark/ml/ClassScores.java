package io.kfac.spark.ml;

import io.kfac.linalg.Matrix;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.ml.impl.Utils;
import org.apache.spark.ml.linalg.Vector;

/** From features to raw predictions: a network on raw features, in double, and the classes of its outputs. */
record ClassScores(Network network, Parameters parameters, Classes classes) implements Serializable {

    int features() {
        return network.layer(0).inputs();
    }

    /** Raw predictions of one row. */
    double[] raw(Vector row) {
        double[] outputs = new double[network.outputs()];
        VectorRow.outputs(network, parameters, row).getRow(0, outputs);
        return raw(outputs);
    }

    /**
     * The scores of all classes from the network's outputs: margins of two classes from their log-odds; minus infinity, which is the
     * probability 0, for classes without a row.
     */
    double[] raw(double[] outputs) {
        double[] raw = new double[classes.scores()];
        raw(outputs, raw);
        return raw;
    }

    /** raw = the scores of all classes from the network's outputs. */
    void raw(double[] outputs, double[] raw) {
        if (classes.constant()) {
            // The infimum of the loss: as MLlib has it.
            int only = classes.present()[0];
            Arrays.fill(raw, classes.binomial() ? Double.NEGATIVE_INFINITY : 0);
            raw[only] = Double.POSITIVE_INFINITY;
        } else if (classes.binomial()) {
            raw[0] = -outputs[0];
            raw[1] = outputs[0];
        } else {
            int[] present = classes.present();
            if (present.length < raw.length) {
                Arrays.fill(raw, Double.NEGATIVE_INFINITY);
            }
            for (int j = 0; j < outputs.length; j++) {
                raw[present[j]] = outputs[j];
            }
        }
    }

    /** raw = probabilities. */
    void toProbabilities(double[] raw) {
        if (classes.binomial()) {
            raw[0] = 1 / (1 + Math.exp(-raw[0]));
            raw[1] = 1 - raw[0];
        } else {
            softmax(raw);
        }
    }

    /** MLlib's numbers without its calls of BLAS for a handful of them. */
    private static void softmax(double[] raw) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double score : raw) {
            largest = score > largest ? score : largest; // A NaN shows in the sum.
        }
        if (Double.isInfinite(largest)) {
            Utils.softmax(raw);
            return;
        }
        double sum = 0;
        for (int k = 0; k < raw.length; k++) {
            raw[k] = Math.exp(raw[k] - largest);
            sum += raw[k];
        }
        double scale = 1 / sum;
        for (int k = 0; k < raw.length; k++) {
            raw[k] *= scale;
        }
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
