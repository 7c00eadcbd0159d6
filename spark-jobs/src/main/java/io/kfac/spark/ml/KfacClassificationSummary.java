package io.kfac.spark.ml;

import org.apache.spark.ml.classification.BinaryClassificationSummary;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.mllib.evaluation.BinaryClassificationMetrics;
import org.apache.spark.mllib.evaluation.MulticlassMetrics;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import scala.Tuple3;

/**
 * How well a classifier does on a table with labels, by MLlib's evaluators: each number is computed when it is first asked for. Curves
 * over thresholds are for two classes.
 */
@SuppressWarnings("MemberName") // Scala's
public class KfacClassificationSummary implements BinaryClassificationSummary {
    private static final long serialVersionUID = 1L;
    private static final int CURVE_POINTS = 1_000;

    private final transient Dataset<Row> predictions;
    private final String probabilityCol;
    private final String predictionCol;
    private final String labelCol;
    private final String featuresCol;
    private final String weightCol;
    private final int classes;
    private transient MulticlassMetrics all;
    private transient BinaryClassificationMetrics binary;

    KfacClassificationSummary(
            Dataset<Row> predictions, KfacClassificationModel model, String probabilityCol, String predictionCol) {
        this.predictions = predictions;
        this.probabilityCol = probabilityCol;
        this.predictionCol = predictionCol;
        this.labelCol = model.getLabelCol();
        this.featuresCol = model.getFeaturesCol();
        this.weightCol = model.isDefined(model.weightCol()) ? model.getWeightCol() : "";
        this.classes = model.numClasses();
    }

    /** The table with the model's answers: lazy. */
    @Override
    public Dataset<Row> predictions() {
        return predictions;
    }

    public String probabilityCol() {
        return probabilityCol;
    }

    @Override
    public String scoreCol() {
        return probabilityCol;
    }

    @Override
    public String predictionCol() {
        return predictionCol;
    }

    @Override
    public String labelCol() {
        return labelCol;
    }

    public String featuresCol() {
        return featuresCol;
    }

    /** Empty where all rows count once. */
    @Override
    public String weightCol() {
        return weightCol;
    }

    private Column weight() {
        return weightCol.isEmpty()
                ? functions.lit(1.0)
                : functions.col(weightCol).cast("double");
    }

    @Override
    public synchronized MulticlassMetrics
            org$apache$spark$ml$classification$ClassificationSummary$$multiclassMetrics() {
        if (all == null) {
            RDD<Tuple3<Object, Object, Object>> rows = predictions
                    .select(
                            functions.col(predictionCol),
                            functions.col(labelCol).cast("double"),
                            weight())
                    .toJavaRDD()
                    .map(row -> new Tuple3<Object, Object, Object>(row.get(0), row.get(1), row.get(2)))
                    .rdd();
            all = new MulticlassMetrics(rows);
        }
        return all;
    }

    @Override
    public synchronized BinaryClassificationMetrics
            org$apache$spark$ml$classification$BinaryClassificationSummary$$binaryMetrics() {
        if (classes > 2) {
            throw new IllegalStateException(
                    "Cannot give a curve over thresholds: it is for 2 classes, and the model has %d"
                            .formatted(classes));
        }
        if (binary == null) {
            RDD<Tuple3<Object, Object, Object>> rows = predictions
                    .select(
                            functions.col(probabilityCol),
                            functions.col(labelCol).cast("double"),
                            weight())
                    .toJavaRDD()
                    .map(row ->
                            new Tuple3<Object, Object, Object>(((Vector) row.get(0)).apply(1), row.get(1), row.get(2)))
                    .rdd();
            binary = new BinaryClassificationMetrics(rows, CURVE_POINTS);
        }
        return binary;
    }

    @Override
    public SparkSession org$apache$spark$ml$classification$BinaryClassificationSummary$$sparkSession() {
        return predictions.sparkSession();
    }

    // What Scala's constructors of the traits would call. They would compute at once.

    @Override
    public void
            org$apache$spark$ml$classification$ClassificationSummary$_setter_$org$apache$spark$ml$classification$ClassificationSummary$$multiclassMetrics_$eq(
                    MulticlassMetrics metrics) {
        all = metrics;
    }

    @Override
    public void
            org$apache$spark$ml$classification$BinaryClassificationSummary$_setter_$org$apache$spark$ml$classification$BinaryClassificationSummary$$binaryMetrics_$eq(
                    BinaryClassificationMetrics metrics) {
        binary = metrics;
    }

    @Override
    public void
            org$apache$spark$ml$classification$BinaryClassificationSummary$_setter_$org$apache$spark$ml$classification$BinaryClassificationSummary$$sparkSession_$eq(
                    SparkSession session) {
        // The predictions know theirs.
    }
}
