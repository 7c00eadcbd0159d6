package io.kfac.family;

import java.util.Optional;

/**
 * The maximum-likelihood member of a family for given data, from sums over these alone: it is the one whose mean parameters are the means
 * of T (the m-projection of the data on the family).
 * @param logLikelihood base measure and all
 * @param weight        of the data: its number of rows, where each counts once
 */
public record Estimate(Family family, Natural natural, double logLikelihood, double weight) {

    /**
     * @param weight     sum of weights
     * @param sums       of weighted T; not modified
     * @param logBaseSum of weighted log h
     * @return empty where the likelihood has no maximum: it is unbounded (all values equal, for densities), or grows without end towards
     *     a member that the family has not (all counts 0)
     */
    public static Optional<Estimate> of(Family family, double weight, double[] sums, double logBaseSum) {
        double[] means = new double[sums.length];
        for (int i = 0; i < means.length; i++) {
            means[i] = sums[i] / weight;
        }
        Mean eta = new Mean(means);
        if (!family.contains(eta)) {
            return Optional.empty();
        }
        Natural theta = family.natural(eta);
        return family.contains(theta)
                ? Optional.of(
                        new Estimate(family, theta, family.logLikelihood(theta, weight, sums, logBaseSum), weight))
                : Optional.empty();
    }

    /** Akaike's criterion, twice the parameters less twice the log-likelihood: the smaller the better. */
    public double aic() {
        return aic(0);
    }

    /** @param others known parameters of the family that were estimated from the same data, such as a shape */
    public double aic(int others) {
        return 2 * (family.parameters() + others - logLikelihood);
    }

    /** Its {@link Family#parameterNames}. */
    public double[] usual() {
        return family.usual(natural);
    }

    /** Of the usual parameters, if the family is right: roots of the diagonal of the inverse Fisher information (Cramer-Rao). */
    public double[] standardErrors() {
        int d = family.dimension();
        double[] covariance = new double[d * d];
        double[] unit = new double[d];
        double[] column = new double[d];
        for (int j = 0; j < d; j++) {
            unit[j] = 1;
            family.fisherProduct(natural, unit, column);
            unit[j] = 0;
            System.arraycopy(column, 0, covariance, j * d, d);
        }
        return sandwichErrors(covariance);
    }

    /**
     * Of the usual parameters, whether the family is right or not (Huber 1967; White 1982).
     * @param covariance of T in the data, d x d row by row: the covariance of the scores
     */
    public double[] sandwichErrors(double[] covariance) {
        int d = family.dimension();
        double[] jacobian = family.usualJacobian(natural);
        double[] errors = new double[jacobian.length / d];
        double[] influence = new double[d];
        for (int i = 0; i < errors.length; i++) {
            System.arraycopy(jacobian, i * d, influence, 0, d);
            family.fisherSolve(natural, influence, influence);
            double variance = 0;
            for (int j = 0; j < d; j++) {
                for (int k = 0; k < d; k++) {
                    variance += influence[j] * covariance[j * d + k] * influence[k];
                }
            }
            errors[i] = Math.sqrt(variance / weight);
        }
        return errors;
    }
}
