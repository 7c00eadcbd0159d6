package io.kfac.family;

import java.io.Serializable;

/**
 * V(mu) = constant + linear mu + quadratic mu^2: the variance of a natural exponential family, at dispersion 1, as a function of
 * its mean. These three numbers are all that residuals and Fisher information need to know of a distribution (Morris 1982).
 */
public record QuadraticVariance(double constant, double linear, double quadratic) implements Serializable {
    public double at(double mean) {
        return constant + mean * (linear + quadratic * mean);
    }
}
