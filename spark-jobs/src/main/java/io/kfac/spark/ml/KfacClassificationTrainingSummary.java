package io.kfac.spark.ml;

import io.kfac.optimizer.Certificate;
import io.kfac.spark.engine.GoodnessOfFit;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.classification.TrainingSummary;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** How a fit went, and how well the model does on its training rows. */
public final class KfacClassificationTrainingSummary extends KfacClassificationSummary implements TrainingSummary {
    private static final long serialVersionUID = 1L;

    private final transient FitReport report;
    private final transient Inference inference;

    KfacClassificationTrainingSummary(
            Dataset<Row> predictions,
            KfacClassificationModel model,
            String probabilityCol,
            String predictionCol,
            FitReport report,
            Inference inference) {
        super(predictions, model, probabilityCol, predictionCol);
        this.report = report;
        this.inference = inference;
    }

    /** All of it. */
    public FitReport report() {
        return report;
    }

    /** Mean loss with the penalty before each step, and of the result. */
    @Override
    public double[] objectiveHistory() {
        return report.objectiveHistory().clone();
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

    /**
     * Estimates with standard errors, tests and confidence intervals, from the inverse Fisher information (the Cramer-Rao bound), or the
     * sandwich where {@code robust} was set. Those of several classes are centred.
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

    /** Twice what the log-likelihood is below that of a perfect fit. */
    public double deviance() {
        return inference.goodness().deviance();
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
}
