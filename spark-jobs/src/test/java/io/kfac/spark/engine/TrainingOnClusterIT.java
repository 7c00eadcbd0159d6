package io.kfac.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.batch.MiniBatch;
import io.kfac.family.Categorical;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.objective.InMemoryObjective;
import io.kfac.objective.Objective;
import io.kfac.objective.Penalty;
import io.kfac.optimizer.AdaptiveOptimizer;
import io.kfac.optimizer.AdaptiveOptions;
import io.kfac.optimizer.Refresh;
import io.kfac.optimizer.RunOptions;
import io.kfac.preconditioner.KroneckerPreconditioner;
import io.kfac.spark.data.DataOptions;
import io.kfac.spark.data.Portable;
import io.kfac.spark.data.SyntheticData;
import io.kfac.spark.data.TrainingData;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** Two executors in processes of their own, Kryo for what Spark serialises: K-FAC's steps are those of one process. */
class TrainingOnClusterIT {
    private static final Network NETWORK =
            Network.mlp(6, List.of(8), 3, Activation.TANH, new Categorical(), Precision.DOUBLE);

    @Test
    void aClusterTakesTheStepsOfOneProcess() {
        try (SparkSession spark = SparkSession.builder()
                .master("local-cluster[2,1,1024]")
                .appName("training on a cluster")
                .config("spark.ui.enabled", "false")
                .config("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
                .config("spark.plugins", KfacPlugin.class.getName())
                .config(
                        "spark.executor.extraClassPath",
                        System.getProperty("kfac.jar")
                                + File.pathSeparator
                                + Path.of("target/test-classes").toAbsolutePath())
                .config("spark.scheduler.minRegisteredResourcesRatio", "1")
                .getOrCreate()) {
            DataOptions defaults = DataOptions.forLabel("label");
            DataOptions options = defaults.with(
                    defaults.blocks().withPrecision(Precision.DOUBLE).withPartitions(3));
            try (TrainingData data = TrainingData.load(SyntheticData.blobs(spark, 3_000, 6, 3, 1.5, 5, 4), options);
                    SparkObjective cluster = new SparkObjective(
                            NETWORK, data.blocks(), data.summary().rows(), "test")) {
                double[] there = train(cluster);
                double[] here = train(new InMemoryObjective(NETWORK, blocks(data)));
                assertThat(there).isNotEqualTo(NETWORK.initialParameters(1).toArray());
                for (int i = 0; i < here.length; i++) {
                    assertThat(there[i]).isCloseTo(here[i], within(1e-9));
                }
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** As bytes of ours: Kryo cannot read records back. */
    private static List<MiniBatch> blocks(TrainingData data) {
        return data.blocks().map(Portable::toBytes).collect().stream()
                .map(bytes -> Portable.fromBytes(bytes, MiniBatch.class))
                .toList();
    }

    private static double[] train(Objective objective) {
        AdaptiveOptimizer optimizer = new AdaptiveOptimizer(
                NETWORK,
                NETWORK.initialParameters(1),
                new KroneckerPreconditioner(NETWORK, KroneckerPreconditioner.Options.defaults()),
                new RunOptions(new Penalty(1e-4), 1, 0),
                new AdaptiveOptions(500, 0.5, new Refresh.Every(5), Double.NaN),
                () -> 0L);
        for (int i = 0; i < 3; i++) {
            optimizer.step(objective);
        }
        optimizer.finish(objective);
        return optimizer.settled().toArray();
    }
}
