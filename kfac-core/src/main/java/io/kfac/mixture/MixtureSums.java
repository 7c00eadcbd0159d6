package io.kfac.mixture;

import io.kfac.linalg.DoubleMatrix;
import java.io.Serializable;

/**
 * Sums over rows at mixture weights w, with q = sum of w_m p_m: of the log-loss -log q, its gradient -p / q and its Hessian p p' / q^2,
 * each times the row's weight. The loss is infinite, and the rest of no use, where some row's q is 0.
 */
public final class MixtureSums implements Serializable {
    private static final long serialVersionUID = 1L;

    private double loss;
    private final DoubleMatrix gradient;
    private final DoubleMatrix hessian;

    public MixtureSums(int models) {
        gradient = DoubleMatrix.zeros(1, models);
        hessian = DoubleMatrix.zeros(models, models);
    }

    public double loss() {
        return loss;
    }

    /** 1 x M. */
    public DoubleMatrix gradient() {
        return gradient;
    }

    /** M x M, lower triangle. */
    public DoubleMatrix hessian() {
        return hessian;
    }

    void addLoss(double sum) {
        loss += sum;
    }

    /** this += other. */
    public void add(MixtureSums other) {
        loss += other.loss;
        gradient.add(1, other.gradient);
        hessian.add(1, other.hessian);
    }
}
