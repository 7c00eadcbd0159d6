package io.kfac.family;

import io.kfac.linalg.Elementwise;
import io.kfac.linalg.Matrix;

/** k independent normal outputs of unit variance: theta is the mean, F = |theta|^2 / 2. */
public record Gaussian() implements ExponentialFamily {
    @Override
    public String name() {
        return "gaussian";
    }

    @Override
    public boolean classifies() {
        return false;
    }

    @Override
    public int classes(int outputs) {
        return 0;
    }

    /** |theta - t|^2 / 2: with c(t) = |t|^2 / 2 in, it is never negative; only log(2 pi) / 2 an output is left out. */
    @Override
    public void losses(Matrix theta, Matrix targets, double[] losses) {
        int n = theta.rows();
        double[] cross = new double[n];
        double[] square = new double[n];
        Elementwise.rowDots(theta, theta, losses);
        Elementwise.rowDots(theta, targets, cross);
        Elementwise.rowDots(targets, targets, square);
        for (int i = 0; i < n; i++) {
            losses[i] = Math.max(0, losses[i] / 2 - cross[i] + square[i] / 2);
        }
    }

    @Override
    public void divergences(Matrix mean, Matrix shift, double[] divergences) {
        Elementwise.rowDots(shift, shift, divergences);
        for (int i = 0; i < shift.rows(); i++) {
            divergences[i] /= 2;
        }
    }

    @Override
    public void mean(Matrix theta, Matrix mean) {
        if (mean != theta) {
            mean.copyFrom(theta);
        }
    }

    @Override
    public void fisherProduct(Matrix mean, Matrix v, Matrix out) {
        if (out != v) {
            out.copyFrom(v);
        }
    }

    @Override
    public void fisherFactor(Matrix mean, int index, Matrix out) {
        out.fill(0);
        for (int i = 0; i < mean.rows(); i++) {
            out.set(i, index, 1);
        }
    }

    @Override
    public void sample(Matrix mean, long key, long[] rowIds, Matrix out) {
        int k = mean.cols();
        double[] x = new double[k];
        for (int i = 0; i < mean.rows(); i++) {
            mean.getRow(i, x);
            long row = CounterRandom.key(key, rowIds[i]);
            for (int j = 0; j < k; j++) {
                x[j] += CounterRandom.normal(row, j);
            }
            out.setRow(i, x);
        }
    }
}
