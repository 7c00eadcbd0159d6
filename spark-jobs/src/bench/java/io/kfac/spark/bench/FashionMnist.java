package io.kfac.spark.bench;

import java.io.DataInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/** Fashion-MNIST's 60,000 training images: as arrays for the judge, as a persisted DataFrame from Parquet for the contestants. */
record FashionMnist(float[][] pixels, int[] labels) {
    private static final Path FOLDER = Path.of("/usr/share/datasets/fashion-mnist");
    static final int PIXELS = 784;
    static final int CLASSES = 10;

    static FashionMnist read() throws IOException {
        byte[] images = bytes("train-images-idx3-ubyte.gz", 16);
        byte[] classes = bytes("train-labels-idx1-ubyte.gz", 8);
        float[][] pixels = new float[classes.length][PIXELS];
        int[] labels = new int[classes.length];
        for (int i = 0; i < classes.length; i++) {
            labels[i] = classes[i];
            for (int j = 0; j < PIXELS; j++) {
                pixels[i][j] = (images[i * PIXELS + j] & 0xff) / 255f;
            }
        }
        return new FashionMnist(pixels, labels);
    }

    private static byte[] bytes(String name, int header) throws IOException {
        try (DataInputStream in = new DataInputStream(
                new GZIPInputStream(new FileInputStream(FOLDER.resolve(name).toFile()), 1 << 16))) {
            in.skipNBytes(header);
            return in.readAllBytes();
        }
    }

    /**
     * Columns label and features, read from a Parquet file of several parts and persisted: what a user has before a fit.
     * @param shift added to every pixel; anything above zero makes MLlib store its blocks dense
     */
    Dataset<Row> frame(SparkSession spark, double shift) throws IOException {
        Path file = Files.createTempDirectory("kfac-bench").resolve("fashion.parquet");
        StructType schema = new StructType()
                .add("label", DataTypes.DoubleType, false)
                .add("features", SQLDataTypes.VectorType(), false);
        int parts = 8;
        for (int part = 0; part < parts; part++) {
            List<Row> rows = new ArrayList<>();
            for (int i = labels.length * part / parts; i < labels.length * (part + 1) / parts; i++) {
                double[] x = new double[PIXELS];
                for (int j = 0; j < PIXELS; j++) {
                    x[j] = pixels[i][j] + shift;
                }
                Vector features = Vectors.dense(x);
                rows.add(RowFactory.create((double) labels[i], shift == 0 ? features.compressed() : features));
            }
            spark.createDataFrame(rows, schema)
                    .coalesce(1)
                    .write()
                    .mode(SaveMode.Append)
                    .parquet(file.toString());
        }
        int cores = spark.sparkContext().defaultParallelism();
        Dataset<Row> frame =
                spark.read().parquet(file.toString()).repartition(cores).persist(StorageLevel.MEMORY_AND_DISK());
        frame.count();
        return frame;
    }
}
