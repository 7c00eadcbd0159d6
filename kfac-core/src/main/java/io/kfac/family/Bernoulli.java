package io.kfac.family;

import io.kfac.linalg.Elementwise;
import io.kfac.linalg.Matrix;

/** k independent yes/no outputs (or intensities in [0, 1]): z are log-odds, F = softplus, mean = logistic. */
public record Bernoulli() implements IndependentOutputs {
    private static final Binomial BINOMIAL = new Binomial();

    @Override
    public String name() {
        return "bernoulli";
    }

    @Override
    public Distribution distribution() {
        return BINOMIAL;
    }

    @Override
    public double link(double mean) {
        return Math.log(mean / (1 - mean));
    }

    @Override
    public boolean opensDownwards(double y) {
        return y == 0;
    }

    @Override
    public boolean opensUpwards(double y) {
        return y == 1;
    }

    @Override
    public boolean classifies() {
        return true;
    }

    @Override
    public int classes(int outputs) {
        return outputs == 1 ? 2 : outputs;
    }

    @Override
    public void losses(Matrix z, Matrix targets, double[] losses) {
        Elementwise.softplusMinus(z, targets, losses);
    }

    @Override
    public void divergences(Matrix mean, Matrix shift, double[] divergences) {
        int k = mean.cols();
        double[] p = new double[k];
        double[] x = new double[k];
        for (int i = 0; i < mean.rows(); i++) {
            mean.getRow(i, p);
            shift.getRow(i, x);
            double sum = 0;
            for (int j = 0; j < k; j++) {
                sum += Scalars.logOddsGap(p[j], 1 - p[j], x[j]);
            }
            divergences[i] = sum;
        }
    }

    @Override
    public void mean(Matrix z, Matrix mean) {
        if (mean != z) {
            mean.copyFrom(z);
        }
        Elementwise.logistic(mean);
    }

    @Override
    public void fisherProduct(Matrix mean, Matrix v, Matrix out) {
        int k = mean.cols();
        double[] p = new double[k];
        double[] x = new double[k];
        for (int i = 0; i < mean.rows(); i++) {
            mean.getRow(i, p);
            v.getRow(i, x);
            for (int j = 0; j < k; j++) {
                x[j] *= p[j] * (1 - p[j]);
            }
            out.setRow(i, x);
        }
    }

    @Override
    public void fisherDiagonal(Matrix mean, Matrix out) {
        double[] p = new double[mean.cols()];
        for (int i = 0; i < mean.rows(); i++) {
            mean.getRow(i, p);
            for (int j = 0; j < p.length; j++) {
                p[j] *= 1 - p[j];
            }
            out.setRow(i, p);
        }
    }

    @Override
    public void fisherFactor(Matrix mean, int index, Matrix out) {
        out.fill(0);
        for (int i = 0; i < mean.rows(); i++) {
            double p = mean.get(i, index);
            out.set(i, index, Math.sqrt(p * (1 - p)));
        }
    }

    @Override
    public void sample(Matrix mean, long key, long[] rowIds, Matrix out) {
        int k = mean.cols();
        double[] p = new double[k];
        for (int i = 0; i < mean.rows(); i++) {
            mean.getRow(i, p);
            long row = CounterRandom.key(key, rowIds[i]);
            for (int j = 0; j < k; j++) {
                p[j] = CounterRandom.uniform(row, j) < p[j] ? 1 : 0;
            }
            out.setRow(i, p);
        }
    }
}
