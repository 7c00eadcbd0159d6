package io.kfac.family;

import io.kfac.linalg.Elementwise;
import io.kfac.linalg.Matrix;
import java.util.Arrays;

/** One of k classes, over-complete: z are the k logits, F = log-sum-exp, mean = softmax. Its Fisher is singular along 1. */
public record Categorical() implements ExponentialFamily {
    @Override
    public String name() {
        return "categorical";
    }

    @Override
    public boolean classifies() {
        return true;
    }

    @Override
    public int classes(int outputs) {
        return outputs;
    }

    @Override
    public void losses(Matrix z, Matrix targets, double[] losses) {
        int n = z.rows();
        double[] fit = new double[n];
        Elementwise.logSumExpRows(z, losses);
        Elementwise.rowDots(z, targets, fit);
        for (int i = 0; i < n; i++) {
            losses[i] -= fit[i];
        }
    }

    /** log sum p_j exp(x_j) = log1p(sum p_j (exp(x_j) - 1 - x_j)) with x the shift less its mean under p. */
    @Override
    public void divergences(Matrix mean, Matrix shift, double[] divergences) {
        int k = mean.cols();
        double[] p = new double[k];
        double[] x = new double[k];
        for (int i = 0; i < mean.rows(); i++) {
            mean.getRow(i, p);
            shift.getRow(i, x);
            double total = 0;
            double center = 0;
            for (int j = 0; j < k; j++) {
                total += p[j];
                center += p[j] * x[j];
            }
            center /= total;
            double sum = 0;
            for (int j = 0; j < k; j++) {
                sum += p[j] / total * Scalars.expm1MinusX(x[j] - center);
            }
            divergences[i] = sum < Double.POSITIVE_INFINITY ? Math.log1p(sum) : far(p, total, x) - center;
        }
    }

    /** log sum p_j exp(x_j) where exponentials overflow. */
    private static double far(double[] p, double total, double[] x) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < p.length; j++) {
            largest = p[j] > 0 ? Math.max(largest, x[j]) : largest;
        }
        double sum = 0;
        for (int j = 0; j < p.length; j++) {
            sum += p[j] > 0 ? p[j] / total * Math.exp(x[j] - largest) : 0;
        }
        return largest + Math.log(sum);
    }

    @Override
    public void mean(Matrix z, Matrix mean) {
        Elementwise.softmaxRows(z, mean);
    }

    /** (diag p - p p') v. */
    @Override
    public void fisherProduct(Matrix mean, Matrix v, Matrix out) {
        int k = mean.cols();
        double[] p = new double[k];
        double[] x = new double[k];
        for (int i = 0; i < mean.rows(); i++) {
            mean.getRow(i, p);
            v.getRow(i, x);
            double inner = 0;
            for (int j = 0; j < k; j++) {
                inner += p[j] * x[j];
            }
            for (int j = 0; j < k; j++) {
                x[j] = p[j] * (x[j] - inner);
            }
            out.setRow(i, x);
        }
    }

    @Override
    public void fisherDiagonal(Matrix mean, Matrix out) {
        double[] p = new double[mean.cols()];
        for (int i = 0; i < mean.rows(); i++) {
            mean.getRow(i, p);
            for (int j = 0; j < p.length; j++) {
                p[j] *= 1 - p[j];
            }
            out.setRow(i, p);
        }
    }

    /** sqrt(p_c) (e_c - p): the scores of the k outcomes, weighted by the square roots of their probabilities. */
    @Override
    public void fisherFactor(Matrix mean, int index, Matrix out) {
        int k = mean.cols();
        double[] p = new double[k];
        for (int i = 0; i < mean.rows(); i++) {
            mean.getRow(i, p);
            double root = Math.sqrt(p[index]);
            for (int j = 0; j < k; j++) {
                p[j] = root * ((j == index ? 1 : 0) - p[j]);
            }
            out.setRow(i, p);
        }
    }

    @Override
    public void sample(Matrix mean, long key, long[] rowIds, Matrix out) {
        int k = mean.cols();
        double[] p = new double[k];
        for (int i = 0; i < mean.rows(); i++) {
            mean.getRow(i, p);
            int drawn = draw(p, CounterRandom.uniform(CounterRandom.key(key, rowIds[i])));
            Arrays.fill(p, 0);
            p[drawn] = 1;
            out.setRow(i, p);
        }
    }

    /** Log-sum-exp recedes by the largest of the changes, the fit by the target's: they must be equal. */
    @Override
    public void recession(Matrix tangents, Matrix rounding, Matrix targets, Recession[] out) {
        int k = tangents.cols();
        double[] slope = new double[k];
        double[] error = new double[k];
        double[] t = new double[k];
        for (int i = 0; i < tangents.rows(); i++) {
            tangents.getRow(i, slope);
            rounding.getRow(i, error);
            targets.getRow(i, t);
            out[i] = Recession.FLAT;
            for (int y = 0; y < k; y++) {
                for (int j = 0; j < k && t[y] > 0; j++) {
                    double rise = slope[j] - slope[y];
                    boolean moves = !(Math.abs(rise) <= error[j] + error[y]);
                    out[i] = moves ? out[i].and(rise < 0 ? Recession.DESCENDS : Recession.VIOLATES) : out[i];
                }
            }
        }
    }

    @Override
    public double deviance(Matrix mean, Matrix targets, double[] weights) {
        return 2 * (logLikelihood(targets, targets, weights, 1) - logLikelihood(mean, targets, weights, 1));
    }

    @Override
    public double pearson(Matrix mean, Matrix targets, double[] weights) {
        int k = mean.cols();
        double[] p = new double[k];
        double[] t = new double[k];
        double sum = 0;
        for (int i = 0; i < mean.rows(); i++) {
            mean.getRow(i, p);
            targets.getRow(i, t);
            for (int j = 0; j < k; j++) {
                sum += t[j] == p[j] ? 0 : weights[i] * (t[j] - p[j]) * (t[j] - p[j]) / p[j];
            }
        }
        return sum;
    }

    @Override
    public double logLikelihood(Matrix mean, Matrix targets, double[] weights, double dispersion) {
        int k = mean.cols();
        double[] p = new double[k];
        double[] t = new double[k];
        double sum = 0;
        for (int i = 0; i < mean.rows(); i++) {
            mean.getRow(i, p);
            targets.getRow(i, t);
            for (int j = 0; j < k; j++) {
                sum += Scalars.xLogY(weights[i] * t[j], p[j]);
            }
        }
        return sum;
    }

    @Override
    public boolean hasDispersion() {
        return false;
    }

    /** Inverse of the cumulative distribution; probabilities that sum to a little less than 1 leave the rest to the last class that has any. */
    static int draw(double[] p, double u) {
        double total = 0;
        for (double x : p) {
            total += x;
        }
        double rest = u * total;
        int last = 0;
        for (int j = 0; j < p.length; j++) {
            if (p[j] > 0) {
                if (rest < p[j]) {
                    return j;
                }
                last = j;
                rest -= p[j];
            }
        }
        return last;
    }
}
