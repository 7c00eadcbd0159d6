package io.kfac.family;

import java.util.Arrays;

/**
 * F of the natural parameters of a family: its gradient is their mean, its divergence B_F(theta, theta') = KL(p_theta' || p_theta), its
 * Hessian the Fisher information. A vector of m times the family's dimension is of m independent members.
 */
public record LogPartition(Family family) implements LegendreFunction {

    /** Block number {@code index}; the vector itself, if there is but one. */
    static double[] block(Family family, double[] x, int index) {
        int d = family.dimension();
        return x.length == d ? x : Arrays.copyOfRange(x, index * d, (index + 1) * d);
    }

    static int blocks(Family family, double[] x) {
        if (x.length % family.dimension() != 0) {
            throw new IllegalArgumentException("Cannot take %d numbers for members of %s: each has %d"
                    .formatted(x.length, family.name(), family.dimension()));
        }
        return x.length / family.dimension();
    }

    @Override
    public boolean contains(double[] x) {
        boolean inside = true;
        for (int b = 0; b < blocks(family, x) && inside; b++) {
            inside = family.contains(new Natural(block(family, x, b)));
        }
        return inside;
    }

    @Override
    public double value(double[] x) {
        double sum = 0;
        for (int b = 0; b < blocks(family, x); b++) {
            sum += family.logPartition(new Natural(block(family, x, b)));
        }
        return sum;
    }

    @Override
    public void gradient(double[] x, double[] out) {
        int d = family.dimension();
        for (int b = 0; b < blocks(family, x); b++) {
            double[] mean = family.mean(new Natural(block(family, x, b))).values();
            System.arraycopy(mean, 0, out, b * d, d);
        }
    }

    @Override
    public double divergence(double[] x, double[] y) {
        double sum = 0;
        for (int b = 0; b < blocks(family, x); b++) {
            sum += family.kl(new Natural(block(family, y, b)), new Natural(block(family, x, b)));
        }
        return sum;
    }

    @Override
    public LegendreFunction conjugate() {
        return new NegativeEntropy(family);
    }
}
