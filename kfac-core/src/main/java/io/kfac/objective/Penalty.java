package io.kfac.objective;

import io.kfac.linalg.Matrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.model.Parameters;

/**
 * L2, (lambda / 2) |W|^2 on the scale of the mean loss; biases are not penalised. Part of the objective: of the loss, the
 * gradient and the quadratic model.
 */
public record Penalty(double lambda) {
    public Penalty {
        if (!(lambda >= 0 && lambda < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "Cannot use l2 = %s: it must be finite and not negative".formatted(lambda));
        }
    }

    public double value(Network network, Parameters at) {
        return lambda / 2 * product(network, at, at);
    }

    /** gradient += lambda W. */
    public void addGradient(Network network, Parameters at, Parameters gradient) {
        if (lambda > 0) {
            for (int l = 0; l < network.depth(); l++) {
                weights(network, gradient, l).add(lambda, weights(network, at, l));
            }
        }
    }

    /** hessian += lambda on the diagonal of the weights. @param hessian p x p, in the order of {@link Parameters#flat} */
    public void addCurvature(Network network, Matrix hessian) {
        int at = 0;
        for (Layer layer : network.layers()) {
            for (int i = 0; i < layer.outputs(); i++) {
                for (int j = 0; j < layer.columns(); j++, at++) {
                    if (j < layer.inputs()) {
                        hessian.set(at, at, hessian.get(at, at) + lambda);
                    }
                }
            }
        }
    }

    /** Second derivative along u and v: lambda u . v over weights. */
    public double curvature(Network network, Parameters u, Parameters v) {
        return lambda * product(network, u, v);
    }

    private double product(Network network, Parameters u, Parameters v) {
        double sum = 0;
        if (lambda > 0) {
            for (int l = 0; l < network.depth(); l++) {
                sum += weights(network, u, l).dot(weights(network, v, l));
            }
        }
        return sum;
    }

    private static Matrix weights(Network network, Parameters p, int l) {
        return p.layer(l).colRange(0, network.layer(l).inputs());
    }

    /** Mean gradient of an evaluation plus the penalty's, in double. */
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
