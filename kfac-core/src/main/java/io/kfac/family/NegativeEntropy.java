package io.kfac.family;

/**
 * F* of the mean parameters of a family: its gradient is their natural parameters, its divergence B_F*(eta, eta') = KL(eta || eta'), its
 * Hessian the inverse Fisher information. A vector of m times the family's dimension is of m independent members. The simplex is no open
 * set: on it the gradient of sum x log x is known up to a constant, and is taken to be log x.
 */
public record NegativeEntropy(Family family) implements LegendreFunction {
    @Override
    public boolean contains(double[] x) {
        boolean inside = true;
        for (int b = 0; b < LogPartition.blocks(family, x) && inside; b++) {
            inside = family.contains(new Mean(LogPartition.block(family, x, b)));
        }
        return inside;
    }

    @Override
    public double value(double[] x) {
        double sum = 0;
        for (int b = 0; b < LogPartition.blocks(family, x); b++) {
            sum += family.negativeEntropy(new Mean(LogPartition.block(family, x, b)));
        }
        return sum;
    }

    @Override
    public void gradient(double[] x, double[] out) {
        int d = family.dimension();
        for (int b = 0; b < LogPartition.blocks(family, x); b++) {
            double[] theta =
                    family.natural(new Mean(LogPartition.block(family, x, b))).values();
            System.arraycopy(theta, 0, out, b * d, d);
        }
    }

    @Override
    public double divergence(double[] x, double[] y) {
        double sum = 0;
        for (int b = 0; b < LogPartition.blocks(family, x); b++) {
            sum += family.kl(new Mean(LogPartition.block(family, x, b)), new Mean(LogPartition.block(family, y, b)));
        }
        return sum;
    }

    @Override
    public LegendreFunction conjugate() {
        return new LogPartition(family);
    }
}
