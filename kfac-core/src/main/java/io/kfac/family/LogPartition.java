package io.kfac.family;

import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Elementwise;

/**
 * F of the natural parameters theta of a row of outputs: its gradient is their mean, its divergence B_F(theta, theta') =
 * KL(p_theta' || p_theta), its Hessian the Fisher information.
 * @param family with its canonical link
 */
public record LogPartition(ExponentialFamily family) implements LegendreFunction {
    public LogPartition {
        requireCanonical(family);
    }

    static void requireCanonical(ExponentialFamily family) {
        if (!family.isCanonical()) {
            throw new IllegalArgumentException(
                    "Cannot take the log-partition of %s outputs: they are not natural parameters. Remedy: the canonical link"
                            .formatted(family.name()));
        }
    }

    static DoubleMatrix row(double[] x) {
        return DoubleMatrix.of(1, x.length, x);
    }

    @Override
    public boolean contains(double[] x) {
        for (double theta : x) {
            boolean inside = family instanceof IndependentOutputs outputs
                    ? outputs.admits(theta)
                    : Math.abs(theta) <= Double.MAX_VALUE;
            if (!inside) {
                return false;
            }
        }
        return true;
    }

    @Override
    public double value(double[] x) {
        double[] sum = new double[1];
        if (family instanceof IndependentOutputs outputs) {
            for (double theta : x) {
                sum[0] += outputs.distribution().logPartition(theta);
            }
        } else {
            Elementwise.logSumExpRows(row(x), sum);
        }
        return sum[0];
    }

    @Override
    public void gradient(double[] x, double[] out) {
        family.mean(row(x), row(out));
    }

    @Override
    public double divergence(double[] x, double[] y) {
        double[] mean = new double[y.length];
        gradient(y, mean);
        double[] shift = x.clone();
        for (int i = 0; i < shift.length; i++) {
            shift[i] -= y[i];
        }
        double[] divergence = new double[1];
        family.divergences(row(mean), row(shift), divergence);
        return divergence[0];
    }

    @Override
    public LegendreFunction conjugate() {
        return new NegativeEntropy(family);
    }
}
