package io.kfac.spark.engine;

import io.kfac.batch.MiniBatch;
import io.kfac.batch.RowBuffer;
import io.kfac.family.ExponentialFamily;
import io.kfac.family.IndependentOutputs;
import io.kfac.linalg.Matrix;
import io.kfac.model.Network;
import io.kfac.spark.data.JobLabel;
import io.kfac.spark.data.TrainingData;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * What R's glm says of a fit beside its coefficients.
 * @param rows          of positive weight
 * @param weight        sum of weights
 * @param deviance      of the model
 * @param nullDeviance  of the best constant under the same offsets; without an intercept, of the offsets alone
 * @param pearson       sum of w (y - mean)^2 / V(mean)
 * @param logLikelihood constants in, at the dispersion that R takes for it
 * @param parameters    that were free: fewer than coefficients where features are collinear
 * @param hasDispersion whether a dispersion is estimated as well
 */
public record GoodnessOfFit(
        double rows,
        double weight,
        double deviance,
        double nullDeviance,
        double pearson,
        double logLikelihood,
        int parameters,
        boolean hasDispersion) {

    /** Rows less parameters. */
    public double degreesOfFreedom() {
        return rows - parameters;
    }

    /** Pearson's statistic over the degrees of freedom, or 1 for distributions that have none. */
    public double dispersion() {
        return hasDispersion ? pearson / degreesOfFreedom() : 1;
    }

    /** Akaike's criterion: -2 logLikelihood + 2 parameters, the dispersion counted where there is one. */
    public double aic() {
        return -2 * logLikelihood + 2.0 * (parameters + (hasDispersion ? 1 : 0));
    }

    /**
     * Up to two passes over the data for the model, and a few over its targets for the null model.
     * @param parameters that were free; {@link Network#size} where no features are collinear
     */
    public static GoodnessOfFit of(TrainedModel model, TrainingData data, int parameters) {
        ExponentialFamily family = model.network().family();
        Sums fit = sums(model, data, 1);
        double logLikelihood = fit.logLikelihood();
        if (family.hasDispersion() && family instanceof IndependentOutputs outputs) {
            double dispersion = outputs.distribution().likelihoodDispersion(fit.deviance(), fit.rows(), fit.weight());
            logLikelihood = sums(model, data, dispersion).logLikelihood();
        }
        return new GoodnessOfFit(
                fit.rows(),
                fit.weight(),
                fit.deviance(),
                NullModel.deviance(model.network(), data),
                fit.pearson(),
                logLikelihood,
                parameters,
                family.hasDispersion());
    }

    private record Sums(double rows, double weight, double deviance, double pearson, double logLikelihood) {}

    private static Sums sums(TrainedModel model, TrainingData data, double dispersion) {
        SparkContext context = data.blocks().context();
        Broadcast<byte[]> sent = JavaSparkContext.fromSparkContext(context)
                .broadcast(Forward.of(model).toBytes());
        ExponentialFamily family = model.network().family();
        try (JobLabel label = new JobLabel(context, "kfac-fit", "K-FAC goodness of fit")) {
            List<double[]> parts = data.blocks()
                    .mapPartitions(blocks -> List.of(partition(blocks, sent.value(), family, dispersion))
                            .iterator())
                    .collect();
            double[] total = new double[5];
            parts.forEach(part -> Arrays.setAll(total, i -> total[i] + part[i]));
            return new Sums(total[0], total[1], total[2], total[3], total[4]);
        } finally {
            sent.destroy();
        }
    }

    private static double[] partition(
            Iterator<MiniBatch> blocks, byte[] model, ExponentialFamily family, double dispersion) {
        Forward forward = Forward.fromBytes(model);
        double[] sums = new double[5];
        while (blocks.hasNext()) {
            MiniBatch block = blocks.next();
            Matrix mean = forward.mean(block);
            RowBuffer rows = new RowBuffer(block.features(), mean.cols(), mean.precision(), block.rows());
            rows.append(block, IntStream.range(0, block.rows()).toArray(), block.rows());
            double[] weights = rows.weights();
            for (double weight : weights) {
                sums[0] += weight > 0 ? 1 : 0;
                sums[1] += weight;
            }
            sums[2] += family.deviance(mean, rows.targets(), weights);
            sums[3] += family.pearson(mean, rows.targets(), weights);
            sums[4] += family.logLikelihood(mean, rows.targets(), weights, dispersion);
        }
        return sums;
    }
}
