package io.kfac.spark.engine;

import io.kfac.linalg.NativeBlas;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Somebody else's session without our plugin, in which MLlib has bound netlib to its Java code before ours was asked. */
final class AfterMllib {
    private AfterMllib() {}

    public static void main(String[] args) throws java.io.IOException {
        try (SparkSession spark = SparkSession.builder()
                .master("local[1]")
                .config("spark.ui.enabled", "false")
                .getOrCreate()) {
            StructType schema =
                    new StructType().add("label", DataTypes.DoubleType).add("features", SQLDataTypes.VectorType());
            java.util.List<org.apache.spark.sql.Row> rows = java.util.List.of(
                    RowFactory.create(0.0, Vectors.dense(1, 2)),
                    RowFactory.create(1.0, Vectors.dense(2, 1)),
                    RowFactory.create(0.0, Vectors.dense(1, 3)));
            new LogisticRegression().setMaxIter(3).fit(spark.createDataFrame(rows, schema));
            String theirs;
            try {
                theirs = dev.ludovic.netlib.blas.NativeBLAS.getInstance()
                        .getClass()
                        .getSimpleName();
            } catch (RuntimeException | LinkageError e) {
                theirs = "none";
            }
            System.out.println(
                    "theirs=" + theirs + " ours=" + NativeBlas.status().isNative());
        }
    }
}
