package io.kfac.spark.engine;

import io.kfac.batch.MiniBatch;
import io.kfac.linalg.DenseFeatures;
import io.kfac.linalg.Matrix;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import io.kfac.objective.Objective;
import io.kfac.objective.Penalty;
import io.kfac.objective.Query;
import io.kfac.objective.Request;
import io.kfac.objective.RowSelection;
import io.kfac.optimizer.NewtonOptimizer;
import io.kfac.spark.data.TrainingData;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;

/** The model that knows nothing of its features: a constant output beside the rows' offsets. */
final class NullModel {
    private static final int MOST_STEPS = 25;
    private static final double TOLERANCE = 1e-12;

    private NullModel() {}

    /** Of the best constant; of zero where the model's outputs have no intercept. */
    static double deviance(Network model, TrainingData data) {
        boolean intercept = model.layer(model.depth() - 1).bias();
        Network constant = new Network(
                List.of(new Layer(1, model.outputs(), Activation.IDENTITY, false)), model.family(), Precision.DOUBLE);
        JavaRDD<MiniBatch> ones = data.blocks().map(NullModel::ones);
        try (SparkObjective objective =
                new SparkObjective(constant, ones, data.summary().rows(), "null model")) {
            Parameters at = Parameters.zeros(constant, Precision.DOUBLE);
            if (intercept) {
                at.fill(data.target()
                        .map(target -> StartingPoint.constant(model, target))
                        .orElse(0.0));
                at = fit(objective, at);
            }
            return objective
                    .evaluate("deviance", new Query(at, RowSelection.all(), Request.lossAndErrors()))
                    .deviance();
        }
    }

    private static Parameters fit(Objective objective, Parameters start) {
        NewtonOptimizer newton = new NewtonOptimizer(
                objective.network(), start, new Penalty(0), RowSelection.all(), TOLERANCE, System::nanoTime);
        for (int i = 0; i < MOST_STEPS && newton.stalled().isEmpty(); i++) {
            newton.step(objective);
        }
        return newton.settled();
    }

    private static MiniBatch ones(MiniBatch block) {
        Matrix ones = Matrix.zeros(Precision.DOUBLE, block.rows(), 1);
        ones.fill(1);
        return new MiniBatch(
                new DenseFeatures(ones), block.targets(), block.weights(), block.rowIds(), block.offsets());
    }
}
