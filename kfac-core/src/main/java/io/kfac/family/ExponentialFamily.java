package io.kfac.family;

import io.kfac.linalg.Matrix;
import java.io.Serializable;

/**
 * What a model's outputs z mean: an exponential family p(y; theta) = h(y) exp(theta . T(y) - F(theta)) and a link between z and
 * theta. With the canonical link z is theta. Loss, residual, Fisher information in z and sampling all come from here; only the
 * Jacobian of z changes between a GLM and a deep net.
 *
 * <p>Shapes: n rows, k outputs; z, mean, targets and tangents are n x k, losses n, weights at least n. Members are stateless.
 */
public sealed interface ExponentialFamily extends Serializable permits Categorical, IndependentOutputs {

    /** The name in model files, parameters in: {@link #named} reads it back. */
    String name();

    /** Whether T(y) is the indicator of a class, so that accuracy has a meaning. */
    boolean classifies();

    /** Classes told apart by k outputs: k for the categorical, 2 for one Bernoulli output. */
    int classes(int outputs);

    /**
     * Whether z is theta. Then the Fisher information is the Hessian of the loss, and Fisher scoring is Newton's method; with other
     * links it is the Hessian's expectation (McCullagh and Nelder 1989, sec. 2.5).
     */
    default boolean isCanonical() {
        return true;
    }

    /** losses[i] = F(theta_i) - theta_i . t_i + c(t_i): the negative log-likelihood in nats, c a constant of the data. */
    void losses(Matrix z, Matrix targets, double[] losses);

    /**
     * divergences[i] = KL(p_old || p_new) at row i, accurate also where the two nearly agree.
     * @param mean  mean parameters of p_old
     * @param shift z_new - z_old
     */
    void divergences(Matrix mean, Matrix shift, double[] divergences);

    /** mean = grad F(theta), the expectation of T(y). The two may be the same matrix. */
    void mean(Matrix z, Matrix mean);

    /**
     * out_i = gradient of the loss in z_i: (mean_i - t_i) dtheta/dz.
     * @param targets T(y) of data, or of {@link #sample}s
     * @param out     may alias targets
     */
    default void residuals(Matrix mean, Matrix targets, Matrix out) {
        if (out == targets) {
            out.scale(-1);
            out.add(1, mean);
        } else {
            out.copyFrom(mean);
            out.add(-1, targets);
        }
    }

    /**
     * out_i = (Fisher information of z_i) v_i.
     * @param mean of the same rows
     * @param out  may alias v
     */
    void fisherProduct(Matrix mean, Matrix v, Matrix out);

    /**
     * out_i = diagonal of the Fisher information of z_i.
     * @param mean of the same rows
     * @param out  must not be the mean
     */
    void fisherDiagonal(Matrix mean, Matrix out);

    /**
     * Column {@code index} of a factor S of the Fisher information of z, S S' = Fisher, for every row: what the exact Fisher
     * back-propagates instead of a sampled residual.
     * @param index in [0, k)
     */
    void fisherFactor(Matrix mean, int index, Matrix out);

    /**
     * out_i = T(y_i), y_i drawn from the model.
     * @param key    of this draw; rows with equal key and row id get equal draws
     * @param rowIds at least n
     */
    void sample(Matrix mean, long key, long[] rowIds, Matrix out);

    /**
     * What each row's loss does as its outputs move along a direction without end.
     * @param tangents change of z along the direction
     * @param rounding n x k, not negative: how far each change may be from what is given; less is no change
     * @param out      at least n; overwritten
     */
    void recession(Matrix tangents, Matrix rounding, Matrix targets, Recession[] out);

    /** Sum of w times the unit deviance, twice the log-likelihood that a perfect fit would have more. */
    double deviance(Matrix mean, Matrix targets, double[] weights);

    /** Pearson's statistic: sum of w (t - mean)^2 / V(mean). Over n - p it is R's estimate of the dispersion. */
    double pearson(Matrix mean, Matrix targets, double[] weights);

    /**
     * Sum of the log-likelihoods, constants and all, as R's {@code AIC} has it: -2 of it + 2 (parameters + 1 if {@link
     * #hasDispersion}).
     * @param dispersion {@link Distribution#likelihoodDispersion}; ignored where there is none
     */
    double logLikelihood(Matrix mean, Matrix targets, double[] weights, double dispersion);

    /** Whether a dispersion is to be estimated beside the means. */
    boolean hasDispersion();

    /** The member of that {@link #name}. */
    static ExponentialFamily named(String name) {
        return FamilyNames.parse(name);
    }
}
