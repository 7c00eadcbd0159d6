package io.kfac.mixture;

import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix.Transpose;
import java.io.Serializable;
import java.util.List;

/**
 * What M models say of some rows: all that the likelihood of their mixtures depends on.
 * @param likelihoods n x M, row-major: the probability that each model gives the row's label; positive for one model at least
 * @param rowWeights  n, positive
 */
public record LikelihoodBlock(double[] likelihoods, double[] rowWeights) implements Serializable {

    public int rows() {
        return rowWeights.length;
    }

    /** Adds the rows' sums at the mixture weights w. @param sums of as many models */
    void add(double[] w, MixtureSums sums) {
        int n = rows();
        int models = w.length;
        DoubleMatrix p = DoubleMatrix.of(n, models, likelihoods);
        DoubleMatrix q = DoubleMatrix.zeros(n, 1);
        q.multiply(1, p, Transpose.NO, DoubleMatrix.of(models, 1, w), Transpose.NO, 0);
        double[] shares = new double[n];
        double[] roots = new double[n];
        double loss = 0;
        for (int i = 0; i < n; i++) {
            double likelihood = q.data()[i];
            loss -= rowWeights[i] * Math.log(likelihood);
            shares[i] = rowWeights[i] / likelihood;
            roots[i] = Math.sqrt(rowWeights[i]) / likelihood;
        }
        sums.addLoss(loss);
        sums.gradient().multiply(-1, DoubleMatrix.of(1, n, shares), Transpose.NO, p, Transpose.NO, 1);
        DoubleMatrix scaled = (DoubleMatrix) p.copy();
        scaled.scaleRows(roots);
        sums.hessian().addGram(1, scaled, 1);
    }

    /** Adds the rows' sums at each of several weights. @param sums one a weight vector */
    public void add(List<double[]> weights, List<MixtureSums> sums) {
        for (int k = 0; k < weights.size(); k++) {
            add(weights.get(k), sums.get(k));
        }
    }
}
