package io.kfac.spark.ml;

import org.apache.commons.math3.distribution.AbstractRealDistribution;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * A row of a table of coefficients, as R's summary of a glm has them.
 * @param label            class whose odds it is about; 1 for the odds of two classes, 0 where there are none
 * @param feature          name, or {@link #INTERCEPT}
 * @param estimate         on the scale of the raw feature
 * @param standardError    infinite where no finite optimum exists, NaN where the data do not determine the coefficient
 * @param degreesOfFreedom of the t distribution; infinite for the normal one, where no dispersion is estimated
 */
public record Coefficient(int label, String feature, double estimate, double standardError, double degreesOfFreedom) {
    /** The name of the intercept, R's. */
    public static final String INTERCEPT = "(Intercept)";

    /** From lower to upper. */
    public record Interval(double lower, double upper) {}

    /** Estimate over standard error: z, or t where a dispersion is estimated. */
    public double statistic() {
        return estimate / standardError;
    }

    /** The probability of a statistic at least as far from 0 if the coefficient were 0. */
    public double pValue() {
        double statistic = statistic();
        return Double.isNaN(statistic) || !(degreesOfFreedom > 0)
                ? Double.NaN
                : 2 * distribution().cumulativeProbability(-Math.abs(statistic));
    }

    /** Wald's. @param level such as 0.95 */
    public Interval confidenceInterval(double level) {
        if (!(level > 0 && level < 1)) {
            throw new IllegalArgumentException(
                    "Cannot give a confidence interval of level %s. Remedy: between 0 and 1, as 0.95".formatted(level));
        }
        if (Double.isNaN(standardError) || !(degreesOfFreedom > 0)) {
            return new Interval(Double.NaN, Double.NaN);
        }
        double reach = standardError * distribution().inverseCumulativeProbability((1 + level) / 2);
        return new Interval(estimate - reach, estimate + reach);
    }

    private AbstractRealDistribution distribution() {
        // Neither draws: no generator of random numbers is needed.
        return Double.isInfinite(degreesOfFreedom)
                ? new NormalDistribution(null, 0, 1)
                : new TDistribution(null, degreesOfFreedom);
    }
}
