package io.kfac.spark.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.function.Supplier;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Tables of label and features as Parquet files of several parts, written on first use; read back and persisted they are what a user
 * has before a fit.
 */
final class Stored {
    static final StructType SCHEMA = new StructType()
            .add("label", DataTypes.DoubleType, false)
            .add("features", SQLDataTypes.VectorType(), false);

    private static final int PARTS = 8;

    private Stored() {}

    static Dataset<Row> frame(SparkSession spark, String name, Supplier<Dataset<Row>> source) throws IOException {
        Path folder = Path.of(spark.conf().get("spark.kfac.bench.files", "target/bench-data"));
        Path file = folder.resolve(name + ".parquet");
        if (!Files.exists(file)) {
            Files.createDirectories(folder);
            Path half = Files.createTempDirectory(folder, name).resolve("half-written");
            source.get().repartition(PARTS).write().parquet(half.toString());
            Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
            Files.delete(half.getParent());
        }
        int cores = spark.sparkContext().defaultParallelism();
        Dataset<Row> frame =
                spark.read().parquet(file.toString()).repartition(cores).persist(StorageLevel.MEMORY_AND_DISK());
        frame.count();
        return frame;
    }

    /** The same rows with 1e-6 added to every feature, so that MLlib stores its blocks dense; the intercept takes it back. */
    static Dataset<Row> dense(SparkSession spark, Dataset<Row> frame) {
        return spark.createDataFrame(
                frame.toJavaRDD().map(row -> RowFactory.create(row.getDouble(0), shifted(row.<Vector>getAs(1)))),
                SCHEMA);
    }

    /** The same rows with one more feature, 7 in all of them; persisted in place of those. */
    static Dataset<Row> withConstant(SparkSession spark, Dataset<Row> frame) {
        Dataset<Row> wider = spark.createDataFrame(
                        frame.toJavaRDD()
                                .map(row -> RowFactory.create(row.getDouble(0), widened(row.<Vector>getAs(1)))),
                        SCHEMA)
                .persist(StorageLevel.MEMORY_AND_DISK());
        wider.count();
        frame.unpersist(true);
        return wider;
    }

    private static Vector widened(Vector features) {
        SparseVector sparse = features.toSparse();
        int[] at = Arrays.copyOf(sparse.indices(), sparse.indices().length + 1);
        double[] values = Arrays.copyOf(sparse.values(), at.length);
        at[at.length - 1] = features.size();
        values[at.length - 1] = 7;
        return Vectors.sparse(features.size() + 1, at, values).compressed();
    }

    private static Vector shifted(Vector features) {
        double[] values = features.toArray().clone();
        for (int j = 0; j < values.length; j++) {
            values[j] += 1e-6;
        }
        return Vectors.dense(values);
    }
}
