package io.kfac.curvature;

import io.kfac.model.Network;

/** Whose residuals the Fisher information is made of. */
public enum FisherKind {
    /** Targets drawn from the model, one a row: unbiased and as cheap as a gradient. */
    SAMPLED,
    /**
     * The expectation over the model's distribution, through a factor of the Fisher information of the outputs: one backward pass an
     * output. Of a model without hidden layers and with the canonical link it is the Hessian.
     */
    EXACT,
    /** The labels themselves: not a Fisher information, but second moments of the gradient. */
    EMPIRICAL;

    /** Backward passes that its residuals take. */
    int passes(Network network) {
        return this == EXACT ? network.outputs() : 1;
    }
}
