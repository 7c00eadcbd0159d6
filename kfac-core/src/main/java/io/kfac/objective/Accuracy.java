package io.kfac.objective;

import io.kfac.linalg.Matrix;

/** Rightly classified rows: the largest logit is the target's, or, for one output, the logit's sign is. */
final class Accuracy {
    private Accuracy() {}

    /** Weight of the rows that are right. */
    static double correct(Matrix theta, Matrix targets, double[] weights) {
        int k = theta.cols();
        double[] logits = new double[k];
        double[] truth = new double[k];
        double correct = 0;
        for (int i = 0; i < theta.rows(); i++) {
            theta.getRow(i, logits);
            targets.getRow(i, truth);
            boolean right = k == 1 ? (logits[0] > 0) == (truth[0] > 0.5) : argMax(logits) == argMax(truth);
            correct += right ? weights[i] : 0;
        }
        return correct;
    }

    private static int argMax(double[] x) {
        int best = 0;
        for (int j = 1; j < x.length; j++) {
            if (x[j] > x[best]) {
                best = j;
            }
        }
        return best;
    }
}
