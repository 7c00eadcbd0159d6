package io.kfac.spark.ml;

import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.spark.data.Standardization;
import java.util.Arrays;

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
     * Of the parameters of a network of one layer: the coefficients as a model lists them. A column with sigma 0 is left as it is: its
     * coefficient is not determined.
     * @param centred whether outputs are centred too, as {@link #centre} does
     */
    static double[] image(Network network, Standardization scaling, boolean centred, double... trained) {
        return map(network, scaling, centred, -1, trained.clone());
    }

    /**
     * Which coefficients change along a direction in the parameters, and not by rounding alone.
     * @param centred whether outputs are centred
     */
    static boolean[] moves(Network network, Standardization scaling, boolean centred, double... direction) {
        double[] change = image(network, scaling, centred, direction);
        double[] sizes = map(
                network,
                scaling,
                centred,
                1,
                Arrays.stream(direction).map(Math::abs).toArray());
        boolean[] moves = new boolean[change.length];
        for (int i = 0; i < moves.length; i++) {
            moves[i] = Math.abs(change[i]) > ROUNDING * sizes[i];
        }
        return moves;
    }

    /** M C M', M the map of {@link #image}. @param covariance C, of the parameters; both triangles; overwritten with that of coefficients */
    static void mapCovariance(Network network, Standardization scaling, boolean centred, DoubleMatrix covariance) {
        double[] row = new double[covariance.cols()];
        for (int pass = 0; pass < 2; pass++) {
            for (int i = 0; i < row.length; i++) {
                covariance.getRow(i, row);
                covariance.setRow(i, map(network, scaling, centred, -1, row));
            }
            // M C is not symmetric: its rows are to be mapped as columns were.
            transpose(covariance);
        }
    }

    private static void transpose(DoubleMatrix square) {
        for (int i = 0; i < square.rows(); i++) {
            for (int j = 0; j < i; j++) {
                double above = square.get(j, i);
                square.set(j, i, square.get(i, j));
                square.set(i, j, above);
            }
        }
    }

    /** @param sign of what is taken away: -1, or 1 for sums of sizes @param vector changed, and returned */
    private static double[] map(Network network, Standardization scaling, boolean centred, int sign, double... vector) {
        int k = network.outputs();
        int d = network.inputColumns();
        for (int j = 0; j < d && centred; j++) {
            double mean = 0;
            for (int a = 0; a < k; a++) {
                mean += vector[a * d + j] / k;
            }
            for (int a = 0; a < k; a++) {
                vector[a * d + j] += sign * mean;
            }
        }
        for (int a = 0; a < k; a++) {
            for (int j = 0; j < scaling.sigma().length; j++) {
                double sigma = scaling.sigma()[j];
                vector[a * d + j] /= sigma > 0 ? sigma : 1;
                if (sigma > 0 && scaling.centered()) {
                    double mean = scaling.mean()[j];
                    vector[a * d + d - 1] += sign * (sign < 0 ? mean : Math.abs(mean)) * vector[a * d + j];
                }
            }
        }
        return vector;
    }
}
