package io.kfac.family;

import io.kfac.linalg.Elementwise;
import io.kfac.linalg.Matrix;

/** k independent normal outputs of unit variance: z is the mean, F = |z|^2 / 2. */
public record Gaussian() implements IndependentOutputs {
    private static final Normal NORMAL = new Normal();

    @Override
    public String name() {
        return "gaussian";
    }

    @Override
    public Distribution distribution() {
        return NORMAL;
    }

    @Override
    public double link(double mean) {
        return mean;
    }

    @Override
    public boolean classifies() {
        return false;
    }

    @Override
    public int classes(int outputs) {
        return 0;
    }

    /** |z - t|^2 / 2: with c(t) = |t|^2 / 2 in, it is never negative; only log(2 pi) / 2 an output is left out. */
    @Override
    public void losses(Matrix z, Matrix targets, double[] losses) {
        double[] output = new double[z.cols()];
        double[] target = new double[z.cols()];
        for (int i = 0; i < z.rows(); i++) {
            z.getRow(i, output);
            targets.getRow(i, target);
            // Differences first: the squares of large targets would leave no digits for them.
            double sum = 0;
            for (int j = 0; j < output.length; j++) {
                double difference = output[j] - target[j];
                sum += difference * difference;
            }
            losses[i] = sum / 2;
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
    public void mean(Matrix z, Matrix mean) {
        if (mean != z) {
            mean.copyFrom(z);
        }
    }

    @Override
    public void fisherProduct(Matrix mean, Matrix v, Matrix out) {
        if (out != v) {
            out.copyFrom(v);
        }
    }

    @Override
    public void fisherDiagonal(Matrix mean, Matrix out) {
        out.fill(1);
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
