package io.kfac.family;

import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Precision;

/**
 * Heads that need nothing but their distribution's variance V and their link: with dtheta/dz = (dmu/dz) / V(mu) the residual is
 * (mu - y) dtheta/dz and the Fisher information of z is V(mu) (dtheta/dz)^2 (McCullagh and Nelder 1989, sec. 2.5). The log link has
 * dmu/dz = mu, a canonical link dtheta/dz = 1.
 *
 * <p>Means are kept away from the ends of their domain, where quotients would overflow; losses are not, so that a step that far
 * out has the loss that it deserves, infinite if need be.
 */
public sealed interface LinkedOutputs extends IndependentOutputs
        permits LogLink, CanonicalGamma, CanonicalNegativeBinomial {

    /** z[i] = gap between targets[i] and the mean of z[i]; infinite outside the link's domain. */
    void losses(double[] z, double[] targets);

    /** z[i] = mean of z[i]; at the nearest end of the domain where z[i] is outside. */
    void means(double[] z);

    /** KL between the distributions of a mean and of the mean whose link is {@code shift} more. */
    double divergence(double mean, double shift);

    @Override
    default boolean classifies() {
        return false;
    }

    @Override
    default int classes(int outputs) {
        return 0;
    }

    @Override
    default void losses(Matrix z, Matrix targets, double[] losses) {
        double[] each = numbers(z);
        losses(each, numbers(targets));
        for (int i = 0, at = 0; i < z.rows(); i++) {
            losses[i] = 0;
            for (int j = 0; j < z.cols(); j++) {
                losses[i] += each[at++];
            }
        }
    }

    @Override
    default void divergences(Matrix mean, Matrix shift, double[] divergences) {
        double[] mu = numbers(mean);
        double[] x = numbers(shift);
        for (int i = 0, at = 0; i < mean.rows(); i++) {
            divergences[i] = 0;
            for (int j = 0; j < mean.cols(); j++, at++) {
                divergences[i] += divergence(mu[at], x[at]);
            }
        }
    }

    @Override
    default void mean(Matrix z, Matrix mean) {
        double[] mu = numbers(z);
        means(mu);
        boolean single = mean.precision() == Precision.FLOAT;
        // Squares and reciprocals stay finite in double, where all but the storage is.
        double large = single ? 1e37 : 1e150;
        double one = single ? Math.nextDown(1f) : Math.nextDown(1.0);
        double most = distribution().domain() == Domain.UNIT ? one : large;
        for (int i = 0; i < mu.length; i++) {
            mu[i] = Math.max(1 / large, Math.min(most, mu[i]));
        }
        store(mu, mean);
    }

    @Override
    default void residuals(Matrix mean, Matrix targets, Matrix out) {
        double[] mu = numbers(mean);
        double[] y = numbers(targets);
        QuadraticVariance variance = distribution().variance();
        boolean canonical = isCanonical();
        for (int i = 0; i < mu.length; i++) {
            double residual = mu[i] - y[i];
            y[i] = canonical ? residual : residual * (mu[i] / variance.at(mu[i]));
        }
        store(y, out);
    }

    /** Fisher information of each z, in place of its mean. */
    private double[] information(Matrix mean) {
        double[] mu = numbers(mean);
        QuadraticVariance variance = distribution().variance();
        boolean canonical = isCanonical();
        for (int i = 0; i < mu.length; i++) {
            double v = variance.at(mu[i]);
            mu[i] = canonical ? v : mu[i] * (mu[i] / v);
        }
        return mu;
    }

    @Override
    default void fisherProduct(Matrix mean, Matrix v, Matrix out) {
        double[] image = numbers(v);
        double[] information = information(mean);
        for (int i = 0; i < image.length; i++) {
            image[i] *= information[i];
        }
        store(image, out);
    }

    @Override
    default void fisherDiagonal(Matrix mean, Matrix out) {
        store(information(mean), out);
    }

    @Override
    default void fisherFactor(Matrix mean, int index, Matrix out) {
        double[] information = information(mean);
        out.fill(0);
        for (int i = 0; i < mean.rows(); i++) {
            out.set(i, index, Math.sqrt(information[i * mean.cols() + index]));
        }
    }

    @Override
    default void sample(Matrix mean, long key, long[] rowIds, Matrix out) {
        double[] y = numbers(mean);
        int k = mean.cols();
        for (int i = 0; i < y.length; i++) {
            long row = CounterRandom.key(key, rowIds[i / k]);
            y[i] = distribution().sample(y[i], CounterRandom.key(row, i % k));
        }
        store(y, out);
    }

    private static double[] numbers(Matrix matrix) {
        double[] numbers = new double[matrix.rows() * matrix.cols()];
        DoubleMatrix.of(matrix.rows(), matrix.cols(), numbers).copyFrom(matrix);
        return numbers;
    }

    private static void store(double[] numbers, Matrix out) {
        out.copyFrom(DoubleMatrix.of(out.rows(), out.cols(), numbers));
    }
}
