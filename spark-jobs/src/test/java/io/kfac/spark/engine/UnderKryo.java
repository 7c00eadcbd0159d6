package io.kfac.spark.engine;

import io.kfac.curvature.FisherKind;
import io.kfac.family.Categorical;
import io.kfac.linalg.Precision;
import io.kfac.model.Activation;
import io.kfac.model.Network;
import io.kfac.objective.Penalty;
import io.kfac.optimizer.AdaptiveOptions;
import io.kfac.optimizer.Refresh;
import io.kfac.optimizer.TrainingOptions;
import io.kfac.spark.data.DataOptions;
import io.kfac.spark.data.Table;
import io.kfac.spark.data.TableSource;
import io.kfac.spark.data.Tables;
import io.kfac.spark.data.TrainingData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Reads idx files, trains, evaluates and predicts in a session whose serializer is Kryo. */
final class UnderKryo {
    private static final int IMAGES = 300;

    private UnderKryo() {}

    /** @param args a folder to write to */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        writeImages(folder);
        try (SparkSession spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", "false")
                .config("spark.serializer", KryoSerializer.class.getName())
                .getOrCreate()) {
            Table table = Tables.read(
                    spark, TableSource.of(folder.resolve("a-images-idx3-ubyte").toString()));
            try (TrainingData data = TrainingData.load(table, DataOptions.defaults())) {
                TrainedModel model = train(data);
                System.out.println("accuracy=" + Scores.of(model, data).accuracy());
                System.out.println("confusion=" + Arrays.deepToString(Scores.confusion(model, data)));
                System.out.println("right=" + right(spark, model, table));
            }
        }
    }

    /** Of class k are the images that are bright in pixel k. */
    private static void writeImages(Path folder) throws IOException {
        ByteBuffer images = ByteBuffer.allocate(16 + IMAGES * 4);
        ByteBuffer labels = ByteBuffer.allocate(8 + IMAGES);
        images.putInt(0x803).putInt(IMAGES).putInt(2).putInt(2);
        labels.putInt(0x801).putInt(IMAGES);
        for (int i = 0; i < IMAGES; i++) {
            byte[] pixels = {(byte) (i % 7), (byte) (i % 11), (byte) (i % 13), (byte) (i % 5)};
            pixels[i % 3] = (byte) 200;
            images.put(pixels);
            labels.put((byte) (i % 3));
        }
        Files.write(folder.resolve("a-images-idx3-ubyte"), images.array());
        Files.write(folder.resolve("a-labels-idx1-ubyte"), labels.array());
    }

    private static TrainedModel train(TrainingData data) {
        Network network = Network.mlp(4, List.of(5), 3, Activation.TANH, new Categorical(), Precision.FLOAT);
        OptimizerSpec spec = new AdaptiveSpec(
                new KroneckerMetric(FisherKind.SAMPLED, 0.95),
                new AdaptiveOptions(1_000, 1, new Refresh.Every(5), Double.NaN));
        TrainingRun run = new TrainingRun(network, spec, new Penalty(0), TrainingOptions.defaults(10, 1, 0));
        return new TrainedModel(
                network,
                run.run(data, Optional.empty(), report -> {}).result().parameters(),
                data.encoding(),
                new TrainedModel.Origin("kfac", 10, IMAGES, 1));
    }

    private static long right(SparkSession spark, TrainedModel model, Table table) {
        Predictions.Layout layout = new Predictions.Layout(Optional.empty(), false, false);
        try (Predictions predictions = Predictions.of(spark, model, table, layout)) {
            List<Row> rows = predictions.frame().collectAsList();
            return rows.stream()
                    .filter(row -> row.<Integer>getAs("label").longValue() == row.<Long>getAs("prediction"))
                    .count();
        }
    }
}
