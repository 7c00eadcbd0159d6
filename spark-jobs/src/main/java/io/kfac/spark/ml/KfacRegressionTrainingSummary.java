package io.kfac.spark.ml;

import io.kfac.objective.Evaluation;
import io.kfac.optimizer.Certificate;
import io.kfac.spark.engine.GoodnessOfFit;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.mllib.evaluation.RegressionMetrics;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import scala.Tuple3;

/** How a fit went, and how well the model does on its training rows; errors by MLlib's evaluator, when they are first asked for. */
public final class KfacRegressionTrainingSummary {
    private final Dataset<Row> predictions;
    private final String predictionCol;
    private final String labelCol;
    private final Optional<String> weightCol;
    private final FitReport report;
    private final Evaluation onTrain;
    private final Inference inference;
    private Optional<RegressionMetrics> metrics = Optional.empty();

    KfacRegressionTrainingSummary(
            Dataset<Row> predictions,
            KfacRegressionModel model,
            FitReport report,
            Evaluation onTrain,
            Inference inference) {
        this.predictions = predictions;
        this.predictionCol = model.getPredictionCol();
        this.labelCol = model.getLabelCol();
        this.weightCol = KfacRegressorParams.column(model, model.weightCol());
        this.report = report;
        this.onTrain = onTrain;
        this.inference = inference;
    }

    /** The training rows with the model's answers: lazy. */
    public Dataset<Row> predictions() {
        return predictions;
    }

    /** All that is known of the fit. */
    public FitReport report() {
        return report;
    }

    /** Mean loss with the penalty before each step, and of the result. */
    public double[] objectiveHistory() {
        return report.objectiveHistory().clone();
    }

    public int totalIterations() {
        return report.totalIterations();
    }

    /** Of the result, where the optimizer can tell: how far above its infimum the objective is. */
    public Optional<Certificate> certificate() {
        return report.certificate();
    }

    /** What whoever reads the coefficients should know of the data and the fit. */
    public List<Finding> findings() {
        return report.findings();
    }

    /** Names in the order of the coefficients. */
    public List<String> features() {
        return report.features();
    }

    public String stopReason() {
        return report.stopReason();
    }

    /** Sum over rows of their weight times the unit deviance. */
    public double deviance() {
        return onTrain.deviance();
    }

    /**
     * Estimates with standard errors, tests and confidence intervals, from the inverse Fisher information (the Cramer-Rao bound), or the
     * sandwich where {@code robust} was set. Families with a dispersion have it estimated.
     * @throws IllegalStateException where there are none, and why: a penalty, hidden layers, an optimizer without a Hessian
     */
    public List<Coefficient> coefficients() {
        return inference.coefficients();
    }

    /** Covariance of {@link #coefficients}, in their order; NaN where the data determine none. */
    public Matrix coefficientCovariance() {
        return inference.coefficientCovariance();
    }

    /** What R's glm tells beside coefficients; reads the training rows once more when it is first asked for. */
    public GoodnessOfFit goodnessOfFit() {
        return inference.goodness();
    }

    /** Of the best constant, under the same offsets. */
    public double nullDeviance() {
        return inference.goodness().nullDeviance();
    }

    /** Akaike's criterion. */
    public double aic() {
        return inference.goodness().aic();
    }

    /** Pearson's statistic over the residual degrees of freedom, or 1 for distributions without. */
    public double dispersion() {
        return inference.goodness().dispersion();
    }

    /** Residual: rows of positive weight less parameters that the data determine. */
    public long degreesOfFreedom() {
        return Math.round(inference.goodness().degreesOfFreedom());
    }

    public double rootMeanSquaredError() {
        return metrics().rootMeanSquaredError();
    }

    public double meanAbsoluteError() {
        return metrics().meanAbsoluteError();
    }

    public double r2() {
        return metrics().r2();
    }

    private synchronized RegressionMetrics metrics() {
        if (metrics.isEmpty()) {
            Column weight =
                    weightCol.map(name -> functions.col(name).cast("double")).orElse(functions.lit(1.0));
            RDD<Tuple3<Object, Object, Object>> rows = predictions
                    .select(
                            functions.col(predictionCol),
                            functions.col(labelCol).cast("double"),
                            weight)
                    .toJavaRDD()
                    .map(row -> new Tuple3<Object, Object, Object>(row.get(0), row.get(1), row.get(2)))
                    .rdd();
            metrics = Optional.of(new RegressionMetrics(rows));
        }
        return metrics.get();
    }
}
