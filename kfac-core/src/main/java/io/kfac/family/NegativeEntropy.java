package io.kfac.family;

/**
 * F* of the means of a row of outputs: its gradient is their natural parameters, its divergence B_F*(mu, mu') = KL(mu || mu'), its
 * Hessian the inverse Fisher information. The simplex is no open set: on it the gradient of sum x log x is known up to a constant, and
 * is taken to be log x.
 * @param family with its canonical link
 */
public record NegativeEntropy(ExponentialFamily family) implements LegendreFunction {
    /** How far from 1 the sum of a point of the simplex may be: rounding. */
    private static final double ROUNDING = 1e-9;

    public NegativeEntropy {
        LogPartition.requireCanonical(family);
    }

    @Override
    public boolean contains(double[] x) {
        double sum = 0;
        for (double mean : x) {
            boolean inside = family instanceof IndependentOutputs outputs
                    ? inside(outputs.distribution().domain(), mean)
                    : mean > 0;
            if (!inside) {
                return false;
            }
            sum += mean;
        }
        return family instanceof IndependentOutputs || Math.abs(sum - 1) <= ROUNDING;
    }

    private static boolean inside(Domain domain, double mean) {
        return domain.contains(mean) && (domain == Domain.REAL || mean > 0) && (domain != Domain.UNIT || mean < 1);
    }

    @Override
    public double value(double[] x) {
        double sum = 0;
        for (double mean : x) {
            sum += family instanceof IndependentOutputs outputs
                    ? outputs.distribution().negativeEntropy(mean)
                    : Scalars.xLogY(mean, mean);
        }
        return sum;
    }

    @Override
    public void gradient(double[] x, double[] out) {
        for (int i = 0; i < x.length; i++) {
            out[i] = family instanceof IndependentOutputs outputs ? outputs.link(x[i]) : Math.log(x[i]);
        }
    }

    @Override
    public double divergence(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += family instanceof IndependentOutputs outputs
                    ? outputs.distribution().gap(x[i], y[i])
                    : relativeEntropy(x[i], y[i]);
        }
        return sum;
    }

    /** x log(x / y) - x + y: the differences cancel in the sum over a simplex, and every term is positive. */
    private static double relativeEntropy(double x, double y) {
        return x > 0 ? x * Scalars.xMinusLog1p((y - x) / x) : y;
    }

    @Override
    public LegendreFunction conjugate() {
        return new LogPartition(family);
    }
}
