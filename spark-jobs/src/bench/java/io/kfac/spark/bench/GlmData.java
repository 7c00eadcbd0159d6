package io.kfac.spark.bench;

import java.io.IOException;
import java.util.SplittableRandom;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/**
 * Standard normal features and labels from a model with the log link, whose linear predictors have deviation 0.5 about 0.5. A row
 * depends on its number only.
 */
final class GlmData {
    static final int FEATURES = 50;

    private GlmData() {}

    static Dataset<Row> frame(SparkSession spark, Head head, int rows) throws IOException {
        return Stored.frame(
                spark,
                "%s-%d".formatted(head.family(), rows),
                () -> spark.createDataFrame(
                        spark.range(rows).toJavaRDD().map(id -> row(head, new SplittableRandom(id))), Stored.SCHEMA));
    }

    private static Row row(Head head, SplittableRandom random) {
        double[] x = new double[FEATURES];
        double predictor = 0.5;
        for (int j = 0; j < FEATURES; j++) {
            x[j] = gaussian(random);
            predictor += 0.1 * Math.cos(j) * x[j];
        }
        double mean = Math.exp(predictor);
        double label = head == Head.POISSON ? poisson(mean, random) : gamma(mean, random);
        return RowFactory.create(label, Vectors.dense(x));
    }

    /** Box and Muller's transform. */
    private static double gaussian(SplittableRandom random) {
        return Math.sqrt(2 * exponential(random)) * Math.cos(2 * Math.PI * random.nextDouble());
    }

    /** Exponential waits that fit into the mean. */
    private static double poisson(double mean, SplittableRandom random) {
        int count = -1;
        for (double time = 0; time <= mean; time += exponential(random)) {
            count++;
        }
        return count;
    }

    /** Of shape 2. */
    private static double gamma(double mean, SplittableRandom random) {
        return mean / 2 * (exponential(random) + exponential(random));
    }

    private static double exponential(SplittableRandom random) {
        return -Math.log(1 - random.nextDouble());
    }
}
