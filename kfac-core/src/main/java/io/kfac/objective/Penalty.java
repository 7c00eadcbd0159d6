package io.kfac.objective;

import io.kfac.linalg.Matrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import java.io.Serializable;

/**
 * The elastic net, (lambda / 2) |S W|^2 + l1 |S W|_1 on the scale of the mean loss; biases are not penalised. The square is part of
 * the objective everywhere: of the loss, the gradient and the quadratic model. The absolute values have no gradient at 0: only
 * optimizers that say so take them.
 * @param lambda weight of the squares
 * @param l1     weight of the absolute values
 * @param scales the diagonal of S, one an input of the first layer: what a penalty on coefficients of other units takes
 *     (1 / sigma for standardised features and raw coefficients); empty: ones, the only choice with hidden layers
 */
public record Penalty(double lambda, double l1, double[] scales) implements Serializable {
    private static final double[] ONES = {};

    public Penalty {
        require("l2", lambda);
        require("l1", l1);
        scales = scales.clone();
    }

    /** L2 alone. */
    public Penalty(double lambda) {
        this(lambda, 0, ONES);
    }

    private static void require(String name, double weight) {
        if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "Cannot use %s = %s: it must be finite and not negative".formatted(name, weight));
        }
    }

    /** The squares without the absolute values. */
    public Penalty smooth() {
        return l1 == 0 ? this : new Penalty(lambda, 0, scales);
    }

    /** Whether it is nothing at all. */
    public boolean isNone() {
        return lambda == 0 && l1 == 0;
    }

    public double value(Network network, Parameters at) {
        return lambda / 2 * product(network, at, at) + absoluteValues(network, at);
    }

    /** The smooth part's: gradient += lambda S^2 W. */
    public void addGradient(Network network, Parameters at, Parameters gradient) {
        if (lambda == 0) {
            return;
        }
        for (int l = 0; l < network.depth(); l++) {
            Matrix weights = weights(network, at, l);
            if (scales.length == 0) {
                weights(network, gradient, l).add(lambda, weights);
            } else {
                Matrix scaled = weights.copy();
                scaleColumns(scaled);
                scaleColumns(scaled);
                weights(network, gradient, l).add(lambda, scaled);
            }
        }
    }

    /** hessian += the smooth part's. @param hessian p x p, in the order of {@link Parameters#flat} */
    public void addCurvature(Network network, Matrix hessian) {
        double[] diagonal = diagonal(network);
        for (int i = 0; i < diagonal.length; i++) {
            hessian.set(i, i, hessian.get(i, i) + diagonal[i]);
        }
    }

    /** Second derivatives of the smooth part, in the order of {@link Parameters#flat}: zero at biases. */
    public double[] diagonal(Network network) {
        return eachWeight(network, lambda, 2);
    }

    /** Weight of the absolute value of each parameter, in the order of {@link Parameters#flat}: zero at biases. */
    public double[] thresholds(Network network) {
        return eachWeight(network, l1, 1);
    }

    private double[] eachWeight(Network network, double weight, int power) {
        double[] values = new double[network.size()];
        int at = 0;
        for (Layer layer : network.layers()) {
            for (int i = 0; i < layer.outputs(); i++) {
                for (int j = 0; j < layer.columns(); j++, at++) {
                    if (j < layer.inputs()) {
                        double scale = scales.length == 0 ? 1 : scales[j];
                        values[at] = power == 1 ? weight * scale : weight * scale * scale;
                    }
                }
            }
        }
        return values;
    }

    /** Second derivative of the smooth part along u and v: lambda S u . S v over weights. */
    public double curvature(Network network, Parameters u, Parameters v) {
        return lambda * product(network, u, v);
    }

    private double product(Network network, Parameters u, Parameters v) {
        double sum = 0;
        if (lambda > 0) {
            for (int l = 0; l < network.depth(); l++) {
                sum += scaled(weights(network, u, l)).dot(scaled(weights(network, v, l)));
            }
        }
        return sum;
    }

    private double absoluteValues(Network network, Parameters at) {
        double sum = 0;
        if (l1 > 0) {
            for (int l = 0; l < network.depth(); l++) {
                Matrix weights = scaled(weights(network, at, l));
                double[] row = new double[weights.cols()];
                for (int i = 0; i < weights.rows(); i++) {
                    weights.getRow(i, row);
                    for (double w : row) {
                        sum += Math.abs(w);
                    }
                }
            }
        }
        return l1 * sum;
    }

    private Matrix scaled(Matrix weights) {
        if (scales.length == 0) {
            return weights;
        }
        Matrix scaled = weights.copy();
        scaleColumns(scaled);
        return scaled;
    }

    private void scaleColumns(Matrix weights) {
        if (scales.length != weights.cols()) {
            throw new IllegalArgumentException(
                    "Cannot scale the penalty of %d inputs by %d factors".formatted(weights.cols(), scales.length));
        }
        double[] row = new double[scales.length];
        for (int i = 0; i < weights.rows(); i++) {
            weights.getRow(i, row);
            for (int j = 0; j < row.length; j++) {
                row[j] *= scales[j];
            }
            weights.setRow(i, row);
        }
    }

    private static Matrix weights(Network network, Parameters p, int l) {
        return p.layer(l).colRange(0, network.layer(l).inputs());
    }

    /** Mean gradient of an evaluation plus the smooth penalty's, in double. */
    public Parameters meanGradient(Network network, Parameters at, Evaluation evaluation) {
        Parameters mean = evaluation.gradient().orElseThrow().to(network, Precision.DOUBLE);
        mean.scale(1 / evaluation.weight());
        addGradient(network, at, mean);
        return mean;
    }

    /** Mean loss of an evaluation plus the penalty. */
    public double meanLoss(Network network, Parameters at, Evaluation evaluation) {
        return evaluation.meanLoss() + value(network, at);
    }
}
