package io.kfac.family;

import io.kfac.linalg.Matrix;

/**
 * k outputs z, each the mean of one number of the same {@link Distribution} seen through a link, z = g(mean): the heads of
 * generalised linear models (McCullagh and Nelder 1989, ch. 2). R's prior weights are the rows' weights.
 */
public sealed interface IndependentOutputs extends ExponentialFamily permits Bernoulli, Gaussian, LinkedOutputs {

    /** Of each target about its mean. */
    Distribution distribution();

    /** g(mean), for a mean inside the distribution's domain. */
    double link(double mean);

    /** Whether z is the link of a mean; outside, the loss is infinite. */
    default boolean admits(double z) {
        return Math.abs(z) <= Double.MAX_VALUE;
    }

    /**
     * The constant output to start from: the best one, or one beside it where targets are all at the edge of their domain.
     * @param mean of the targets
     */
    default double start(double mean) {
        return link(distribution().domain().interior(mean));
    }

    /** Whether the loss of target y falls for ever, or at least never rises, as z falls. */
    default boolean opensDownwards(double y) {
        return false;
    }

    /** Whether the loss of target y falls for ever, or at least never rises, as z rises. */
    default boolean opensUpwards(double y) {
        return false;
    }

    @Override
    default void recession(Matrix tangents, Matrix rounding, Matrix targets, Recession[] out) {
        int k = tangents.cols();
        double[] slope = new double[k];
        double[] y = new double[k];
        for (int i = 0; i < tangents.rows(); i++) {
            tangents.getRow(i, slope);
            targets.getRow(i, y);
            out[i] = Recession.FLAT;
            for (int j = 0; j < k; j++) {
                boolean moves = !(Math.abs(slope[j]) <= rounding.get(i, j));
                boolean falls = slope[j] < 0 ? opensDownwards(y[j]) : slope[j] > 0 && opensUpwards(y[j]);
                out[i] = moves ? out[i].and(falls ? Recession.DESCENDS : Recession.VIOLATES) : out[i];
            }
        }
    }

    @Override
    default double deviance(Matrix mean, Matrix targets, double[] weights) {
        return 2
                * sum(
                        mean,
                        targets,
                        weights,
                        (y, mu, w) -> w == 0 ? 0 : w * distribution().gap(y, mu));
    }

    @Override
    default double pearson(Matrix mean, Matrix targets, double[] weights) {
        QuadraticVariance variance = distribution().variance();
        return sum(mean, targets, weights, (y, mu, w) -> w == 0 ? 0 : w * (y - mu) * (y - mu) / variance.at(mu));
    }

    @Override
    default double logLikelihood(Matrix mean, Matrix targets, double[] weights, double dispersion) {
        return sum(mean, targets, weights, (y, mu, w) -> distribution().logLikelihood(y, mu, w, dispersion));
    }

    @Override
    default boolean hasDispersion() {
        return distribution().hasDispersion();
    }

    private static double sum(Matrix mean, Matrix targets, double[] weights, RowTerm term) {
        int k = mean.cols();
        double[] mu = new double[k];
        double[] y = new double[k];
        double sum = 0;
        for (int i = 0; i < mean.rows(); i++) {
            mean.getRow(i, mu);
            targets.getRow(i, y);
            for (int j = 0; j < k; j++) {
                sum += term.of(y[j], mu[j], weights[i]);
            }
        }
        return sum;
    }
}
