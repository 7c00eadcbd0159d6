package io.kfac.spark.ml;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** One session, and small tables of noisy classes. */
final class Samples {
    static final SparkSession SPARK = SparkSession.builder()
            .master("local[2]")
            .appName("ml tests")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate();
    private static final StructType SCHEMA = new StructType()
            .add("id", DataTypes.LongType, false)
            .add("label", DataTypes.DoubleType, false)
            .add("weight", DataTypes.DoubleType, false)
            .add("features", SQLDataTypes.VectorType(), false);
    static final int CONSTANT = 3;
    private static final double[] SCALES = {1, 4, 0.3, 0};
    private static final double[] SHIFTS = {0, 30, 5, 7};

    private Samples() {}

    /**
     * Features of different units, the last one constant.
     * @param first label of the first class
     */
    static Dataset<Row> classes(int rows, int first, int classes, boolean sparse) {
        SplittableRandom random = new SplittableRandom(17 + classes);
        List<Row> made = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            int label = i % classes;
            double[] x = new double[SCALES.length];
            for (int j = 0; j < x.length; j++) {
                double z = random.nextDouble() + random.nextDouble() + random.nextDouble() - 1.5;
                double signal = j % classes == label ? 0.7 : 0;
                boolean zero = sparse && random.nextInt(3) > 0 && j != CONSTANT;
                x[j] = zero ? 0 : SHIFTS[j] * (sparse ? 0.01 : 1) + SCALES[j] * (z + signal);
            }
            x[CONSTANT] = SHIFTS[CONSTANT];
            Vector vector = sparse ? Vectors.dense(x).toSparse() : Vectors.dense(x);
            made.add(RowFactory.create((long) i, (double) (first + label), 0.25 + random.nextDouble(), vector));
        }
        return frame(made);
    }

    /** Counts of two features, about exp(linear predictor + offset); label 0 in some rows only if {@code zeros}. */
    static Dataset<Row> counts(int rows, boolean zeros) {
        SplittableRandom random = new SplittableRandom(5);
        List<Row> made = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            double[] x = {10 + 2 * random.nextDouble(), random.nextDouble()};
            double mean = Math.exp(0.3 * (x[0] - 11) + 0.8 * x[1] + 0.2);
            double y = Math.round(2 * random.nextDouble() * mean * 4) / 4.0;
            made.add(RowFactory.create(
                    (long) i, zeros ? y : Math.max(0.25, y), 0.25 + random.nextDouble(), Vectors.dense(x)));
        }
        return frame(made);
    }

    static Dataset<Row> frame(List<Row> rows) {
        return SPARK.createDataFrame(rows, SCHEMA).repartition(2).cache();
    }
}
