package io.kfac.spark.data;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Small tables with known answers: columns label and features. A row depends on the seed and its number only, not on
 * partitions.
 */
public final class SyntheticData {
    private SyntheticData() {}

    /**
     * Gaussian clouds of unit variance, one a class, whose centres differ by {@code distance} in one feature each:
     * class k's centre is distance times the k-th unit vector. Beyond a distance of about 8 they are separable.
     * @param classes at most {@code features}; row i is of class i mod classes
     */
    public static Table blobs(
            SparkSession spark, long rows, int features, int classes, double distance, long seed, int partitions) {
        if (classes < 2 || classes > features) {
            throw new IllegalArgumentException(
                    "Cannot make %d classes of %d features: outside [2, features]".formatted(classes, features));
        }
        return table(spark, rows, seed, partitions, "synthetic blobs", (id, random) -> {
            int label = (int) (id % classes);
            double[] x = gaussians(random, features);
            x[label] += distance;
            return RowFactory.create((double) label, Vectors.dense(x));
        });
    }

    /** label = weights . features + intercept + noise times a standard normal; features standard normal. */
    public static Table linear(
            SparkSession spark,
            long rows,
            double[] weights,
            double intercept,
            double noise,
            long seed,
            int partitions) {
        double[] w = weights.clone();
        return table(spark, rows, seed, partitions, "a synthetic linear model", (id, random) -> {
            double[] x = gaussians(random, w.length);
            double y = intercept + noise * gaussian(random);
            for (int j = 0; j < w.length; j++) {
                y += w[j] * x[j];
            }
            return RowFactory.create(y, Vectors.dense(x));
        });
    }

    /** How row {@code id} comes out of its own stream of random numbers. */
    private interface RowMaker extends BiFunction<Long, SplittableRandom, Row>, java.io.Serializable {}

    private static Table table(SparkSession spark, long rows, long seed, int partitions, String name, RowMaker maker) {
        JavaRDD<Row> made = spark.range(0, rows, 1, partitions)
                .toJavaRDD()
                .map(id -> maker.apply(id, new SplittableRandom(RowHash.mix(seed) ^ RowHash.mix(~id))));
        StructType schema = DataTypes.createStructType(List.of(
                DataTypes.createStructField("label", DataTypes.DoubleType, false),
                DataTypes.createStructField("features", SQLDataTypes.VectorType(), false)));
        return Table.of(spark.createDataFrame(made, schema), name);
    }

    private static double[] gaussians(SplittableRandom random, int count) {
        double[] x = new double[count];
        for (int j = 0; j < count; j++) {
            x[j] = gaussian(random);
        }
        return x;
    }

    /** Box and Muller's transform; 1 - u keeps the logarithm finite. */
    private static double gaussian(SplittableRandom random) {
        return Math.sqrt(-2 * Math.log(1 - random.nextDouble())) * Math.cos(2 * Math.PI * random.nextDouble());
    }
}
