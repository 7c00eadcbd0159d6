package io.kfac.spark.jobs;

import io.kfac.batch.MiniBatch;
import io.kfac.batch.Targets;
import io.kfac.linalg.DoubleMatrix;
import io.kfac.linalg.Matrix;
import io.kfac.spark.data.TrainingData;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/** The very rows that our optimizers see, encoded and standardised, as MLlib wants them: label, features, weight; persisted. */
final class BlockFrame implements AutoCloseable {
    private final Dataset<Row> frame;

    private BlockFrame(Dataset<Row> frame) {
        this.frame = frame;
    }

    static BlockFrame of(SparkSession spark, TrainingData data) {
        int features = data.summary().features();
        StructType schema = new StructType()
                .add("label", DataTypes.DoubleType)
                .add("features", SQLDataTypes.VectorType())
                .add("weight", DataTypes.DoubleType);
        JavaRDD<Row> rows = data.blocks().flatMap(block -> rows(block, features).iterator());
        Dataset<Row> frame = spark.createDataFrame(rows, schema).persist(StorageLevel.MEMORY_AND_DISK());
        frame.count();
        return new BlockFrame(frame);
    }

    /** Without the column of ones. */
    private static List<Row> rows(MiniBatch block, int features) {
        Matrix dense = DoubleMatrix.zeros(block.rows(), block.features().cols());
        block.features().copyTo(dense);
        int[] labels = ((Targets.Classes) block.targets()).labels();
        double[] row = new double[dense.cols()];
        List<Row> rows = new ArrayList<>(block.rows());
        for (int i = 0; i < block.rows(); i++) {
            dense.getRow(i, row);
            double[] values = java.util.Arrays.copyOf(row, features);
            rows.add(RowFactory.create((double) labels[i], Vectors.dense(values).compressed(), block.weight(i)));
        }
        return rows;
    }

    Dataset<Row> frame() {
        return frame;
    }

    @Override
    public void close() {
        frame.unpersist();
    }
}
