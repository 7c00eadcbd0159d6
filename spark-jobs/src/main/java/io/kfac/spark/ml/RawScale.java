package io.kfac.spark.ml;

import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.spark.data.Standardization;

/** From networks that were trained on standardised features to the same functions of the raw ones. */
final class RawScale {
    /** Share of the terms of a sum below which the sum is 0. */
    static final double ROUNDING = 1e-6;

    private RawScale() {}

    /**
     * w (x - mean) / sigma + b = (w / sigma) x + (b - w mean / sigma); a column with sigma 0 gets the weight 0.
     * @return in double; a copy
     */
    static Parameters of(Network network, Parameters trained, Standardization scaling) {
        Parameters raw = trained.to(network, Precision.DOUBLE);
        Layer first = network.layer(0);
        Matrix weights = raw.layer(0);
        double[] row = new double[first.columns()];
        for (int i = 0; i < first.outputs(); i++) {
            weights.getRow(i, row);
            double shift = 0;
            for (int j = 0; j < first.inputs(); j++) {
                double sigma = scaling.sigma()[j];
                row[j] = sigma > 0 ? row[j] / sigma : 0;
                shift += row[j] * scaling.mean()[j];
            }
            if (scaling.centered()) {
                row[first.inputs()] -= shift;
            }
            weights.setRow(i, row);
        }
        return raw;
    }

    /**
     * Softmax takes any vector added to the coefficients of all classes alike: takes the one whose mean is zero, as glmnet and MLlib do.
     * @param from first column that is centred
     */
    static void centre(Matrix weights, int from) {
        for (int j = from; j < weights.cols(); j++) {
            double mean = 0;
            for (int i = 0; i < weights.rows(); i++) {
                mean += weights.get(i, j) / weights.rows();
            }
            for (int i = 0; i < weights.rows(); i++) {
                weights.set(i, j, weights.get(i, j) - mean);
            }
        }
    }

    /**
     * The same as a matrix of the parameters' order, of a network of one layer. A column with sigma 0 is left as it is: its coefficient is
     * 0 and not determined.
     * @param centred whether outputs are centred too, as {@link #centre} does
     */
    static DoubleMatrix map(Network network, Standardization scaling, boolean centred) {
        int k = network.outputs();
        int d = network.inputColumns();
        DoubleMatrix map = DoubleMatrix.zeros(k * d, k * d);
        for (int a = 0; a < k; a++) {
            for (int b = 0; b < k; b++) {
                double share = (a == b ? 1 : 0) - (centred ? 1.0 / k : 0);
                for (int j = 0; j < d && share != 0; j++) {
                    boolean varies = j < scaling.sigma().length && scaling.sigma()[j] > 0;
                    double sigma = varies ? scaling.sigma()[j] : 1;
                    map.set(a * d + j, b * d + j, share / sigma);
                    if (varies && scaling.centered()) {
                        map.set(a * d + d - 1, b * d + j, -share * scaling.mean()[j] / sigma);
                    }
                }
            }
        }
        return map;
    }
}
