package io.kfac.spark.engine;

import io.kfac.curvature.FisherKind;
import io.kfac.model.Network;
import io.kfac.objective.Penalty;
import io.kfac.optimizer.AdaptiveOptions;
import io.kfac.optimizer.Refresh;
import io.kfac.optimizer.TrainingOptions;
import io.kfac.spark.data.BlockOptions;
import io.kfac.spark.data.DataOptions;
import io.kfac.spark.data.EmbeddedDigits;
import io.kfac.spark.data.TrainingData;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** Two runs in somebody else's session without our plugin, in a JVM that computes in Java. */
final class WithoutNativeBlas {
    private WithoutNativeBlas() {}

    public static void main(String[] args) throws java.io.IOException {
        try (SparkSession spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", "false")
                .getOrCreate()) {
            Network network = Network.softmax(64, 10);
            DataOptions options =
                    DataOptions.defaults().with(BlockOptions.defaults().withPrecision(network.precision()));
            OptimizerSpec spec = new AdaptiveSpec(
                    new KroneckerMetric(FisherKind.SAMPLED, 0.95),
                    new AdaptiveOptions(1_000, 1, new Refresh.Every(5), Double.NaN));
            try (TrainingData data = TrainingData.load(EmbeddedDigits.read(spark), options)) {
                for (int k = 0; k < 2; k++) {
                    new TrainingRun(network, spec, new Penalty(0), TrainingOptions.defaults(2, 1, 0))
                            .run(data, Optional.empty(), report -> {});
                }
            }
        }
    }
}
