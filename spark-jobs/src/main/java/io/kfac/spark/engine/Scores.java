package io.kfac.spark.engine;

import io.kfac.batch.Targets;
import io.kfac.linalg.Matrix;
import io.kfac.model.Parameters;
import io.kfac.objective.Evaluation;
import io.kfac.objective.Objective;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.spark.data.DataEncoding;
import io.kfac.spark.data.JobLabel;
import io.kfac.spark.data.TrainingData;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/** How good a model is on rows whose answers are known. */
public final class Scores {
    private Scores() {}

    /** Loss of all rows; accuracy and deviance too where they do not reproduce themselves. @param rows what to call them in Spark's UI */
    static Evaluation of(Objective objective, Parameters at, DataEncoding target, String rows) {
        boolean known = target.labels().isPresent() || target.valueColumn().isPresent();
        Request request = known ? Request.lossAndErrors() : Request.loss();
        return objective.evaluate("evaluating on " + rows, new Query(at, RowSelection.all(), request));
    }

    /** Loss, accuracy and deviance of a model on a table. */
    public static Evaluation of(TrainedModel model, TrainingData data) {
        try (SparkObjective objective = new SparkObjective(
                model.network(), data.blocks(), data.summary().rows(), "K-FAC")) {
            return of(objective, model.parameters(), model.encoding(), "a table");
        }
    }

    /** counts[actual][predicted]: sums of weights, added in the order of partitions. */
    public static double[][] confusion(TrainedModel model, TrainingData data) {
        int classes = model.encoding().labels().orElseThrow().classes().size();
        SparkContext context = data.blocks().context();
        Broadcast<byte[]> sent = JavaSparkContext.fromSparkContext(context)
                .broadcast(Forward.of(model).toBytes());
        try (JobLabel label = new JobLabel(context, "kfac-confusion", "K-FAC counting confusions")) {
            List<double[]> parts = data.blocks()
                    .mapPartitions(blocks -> {
                        Forward forward = Forward.fromBytes(sent.value());
                        double[] counts = new double[classes * classes];
                        while (blocks.hasNext()) {
                            var block = blocks.next();
                            Matrix mean = forward.mean(block);
                            int[] actual = ((Targets.Classes) block.targets()).labels();
                            for (int i = 0; i < block.rows(); i++) {
                                counts[actual[i] * classes + Forward.predicted(mean, i)] += block.weight(i);
                            }
                        }
                        return List.of(counts).iterator();
                    })
                    .collect();
            return table(parts, classes);
        } finally {
            sent.destroy();
        }
    }

    private static double[][] table(List<double[]> parts, int classes) {
        List<double[]> rows = new ArrayList<>();
        for (int actual = 0; actual < classes; actual++) {
            double[] row = new double[classes];
            for (double[] part : parts) {
                for (int predicted = 0; predicted < classes; predicted++) {
                    row[predicted] += part[actual * classes + predicted];
                }
            }
            rows.add(row);
        }
        return rows.toArray(double[][]::new);
    }
}
