package io.kfac.preconditioner;

import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix;

/**
 * A decayed sum and its decayed weight, divided once when read: so that growing batches are not outvoted by the small ones
 * before them (Martens and Grosse 2015, sec. 5, for sums in place of means).
 */
final class MovingSum {
    private final double decay;
    private final DoubleMatrix sum;
    private double weight;

    MovingSum(int order, double decay) {
        this.decay = decay;
        this.sum = DoubleMatrix.zeros(order, order);
    }

    /** @param batch sum over a batch, lower triangle; not modified */
    void add(Matrix batch, double batchWeight) {
        sum.scale(decay);
        sum.add(1, batch);
        weight = decay * weight + batchWeight;
    }

    double weight() {
        return weight;
    }

    int order() {
        return sum.rows();
    }

    /** Trace of the mean. */
    double trace() {
        return sum.trace() / weight;
    }

    /** out = mean + diag(diagonal + shift), lower triangle. */
    void meanPlus(double shift, double[] diagonal, DoubleMatrix out) {
        out.copyFrom(sum);
        out.scale(1 / weight);
        for (int i = 0; i < out.rows(); i++) {
            out.set(i, i, out.get(i, i) + diagonal[i] + shift);
        }
    }
}
