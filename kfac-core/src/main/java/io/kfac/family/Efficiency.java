package io.kfac.family;

/**
 * How an estimator of the usual parameters does on samples of a member, against the bound of Cramer and Rao: the diagonal of J F^-1 J' / n, J
 * the derivatives of the usual parameters in the natural ones. All of length p, one for each parameter.
 * @param bound         on the variance of unbiased estimators
 * @param bias          mean of the estimates less the parameters
 * @param variance      of the estimates
 * @param varianceError standard error of that, from the fourth moments
 */
public record Efficiency(double[] bound, double[] bias, double[] variance, double[] varianceError) {

    /** Usual parameters from n observations, one after the other. */
    @FunctionalInterface
    public interface Estimator {
        double[] estimate(double[] observations);
    }

    /** Bound over variance, for each parameter: 1 where no unbiased estimator is better. */
    public double[] ratio() {
        double[] ratio = new double[bound.length];
        for (int i = 0; i < ratio.length; i++) {
            ratio[i] = bound[i] / variance[i];
        }
        return ratio;
    }

    /** Least variances of unbiased estimators of the usual parameters from n observations. */
    public static double[] cramerRao(Family family, Natural theta, int n) {
        double[] errors = new Estimate(family, theta, Double.NaN, n).standardErrors();
        for (int i = 0; i < errors.length; i++) {
            errors[i] *= errors[i];
        }
        return errors;
    }

    /**
     * Simulates.
     * @param n            observations a sample
     * @param replications samples
     */
    public static Efficiency of(Estimator estimator, Family family, Natural theta, int n, int replications, long seed) {
        double[] truth = family.usual(theta);
        int p = truth.length;
        int length = family.observationLength();
        double[] sample = new double[n * length];
        double[][] errors = new double[p][replications];
        for (int r = 0; r < replications; r++) {
            long key = CounterRandom.key(seed, r);
            for (int i = 0; i < n; i++) {
                family.sample(theta, CounterRandom.key(key, i), sample, i * length);
            }
            double[] estimate = estimator.estimate(sample);
            for (int j = 0; j < p; j++) {
                errors[j][r] = estimate[j] - truth[j];
            }
        }
        Efficiency result = new Efficiency(cramerRao(family, theta, n), new double[p], new double[p], new double[p]);
        for (int j = 0; j < p; j++) {
            result.bias[j] = mean(errors[j], 0, 1);
            result.variance[j] = mean(errors[j], result.bias[j], 2) * replications / (replications - 1);
            double fourth = mean(errors[j], result.bias[j], 4);
            result.varianceError[j] = Math.sqrt((fourth - result.variance[j] * result.variance[j]) / replications);
        }
        return result;
    }

    private static double mean(double[] x, double center, int power) {
        double sum = 0;
        for (double each : x) {
            sum += Math.pow(each - center, power);
        }
        return sum / x.length;
    }
}
