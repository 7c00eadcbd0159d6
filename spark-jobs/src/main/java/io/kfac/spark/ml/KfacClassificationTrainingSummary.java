package io.kfac.spark.ml;

import io.kfac.optimizer.Certificate;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.classification.TrainingSummary;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** How a fit went, and how well the model does on its training rows. */
public final class KfacClassificationTrainingSummary extends KfacClassificationSummary implements TrainingSummary {
    private static final long serialVersionUID = 1L;

    private final transient FitReport report;

    KfacClassificationTrainingSummary(
            Dataset<Row> predictions,
            KfacClassificationModel model,
            String probabilityCol,
            String predictionCol,
            FitReport report) {
        super(predictions, model, probabilityCol, predictionCol);
        this.report = report;
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
}
