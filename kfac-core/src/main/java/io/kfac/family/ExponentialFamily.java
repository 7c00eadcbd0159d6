package io.kfac.family;

import io.kfac.linalg.Matrix;
import java.io.Serializable;

/**
 * The distribution of a model's output, p(y; theta) = h(y) exp(theta . T(y) - F(theta)), one row of natural parameters an
 * example. With the canonical link its Fisher information in theta is the Hessian of F, so loss, residual, Fisher product
 * and sampling all come from here; only the Jacobian of theta changes between a GLM and a deep net.
 *
 * <p>Shapes: n rows, k outputs; theta, mean, targets and tangents are n x k. Members are stateless.
 */
public sealed interface ExponentialFamily extends Serializable permits Bernoulli, Categorical, Gaussian {

    /** The name in configuration and model files. */
    String name();

    /** Whether T(y) is the indicator of a class, so that accuracy has a meaning. */
    boolean classifies();

    /** Classes told apart by k outputs: k for the categorical, 2 for one Bernoulli output. */
    int classes(int outputs);

    /** losses[i] = F(theta_i) - theta_i . t_i + c(t_i): the negative log-likelihood in nats, c a constant of the data. */
    void losses(Matrix theta, Matrix targets, double[] losses);

    /**
     * divergences[i] = KL(p_old || p_new) at row i, accurate also where the two nearly agree.
     * @param mean  mean parameters of p_old
     * @param shift theta_new - theta_old
     */
    void divergences(Matrix mean, Matrix shift, double[] divergences);

    /** mean = grad F(theta), the expectation of T(y). The two may be the same matrix. */
    void mean(Matrix theta, Matrix mean);

    /**
     * out_i = (Hessian of F at row i) v_i.
     * @param mean of the same rows
     * @param out  may alias v
     */
    void fisherProduct(Matrix mean, Matrix v, Matrix out);

    /**
     * Column {@code index} of a factor S of the Hessian of F, S S' = Hessian, for every row: what the exact Fisher
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

    /** The member of that {@link #name}. */
    static ExponentialFamily named(String name) {
        for (ExponentialFamily family : new ExponentialFamily[] {new Bernoulli(), new Categorical(), new Gaussian()}) {
            if (family.name().equals(name)) {
                return family;
            }
        }
        throw new IllegalArgumentException(
                "Cannot use output family '%s': known are bernoulli, categorical, gaussian".formatted(name));
    }
}
