package io.kfac.spark.bench;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Sums over the rows of a frame by plain loops, for the judge: added in partition order, so that they come out alike. */
final class RowSums {
    private RowSums() {}

    /** Adds one row. */
    interface Term extends Serializable {
        void add(double label, SparseVector features, double[] sums);
    }

    /** @param frame of columns label and features */
    static double[] over(Dataset<Row> frame, int length, Term term) {
        List<double[]> parts = frame.toJavaRDD()
                .mapPartitions(rows -> List.of(partition(rows, length, term)).iterator())
                .collect();
        double[] total = new double[length];
        for (double[] part : parts) {
            for (int i = 0; i < length; i++) {
                total[i] += part[i];
            }
        }
        return total;
    }

    private static double[] partition(Iterator<Row> rows, int length, Term term) {
        double[] sums = new double[length];
        while (rows.hasNext()) {
            Row row = rows.next();
            term.add(row.getDouble(0), row.<Vector>getAs(1).toSparse(), sums);
        }
        return sums;
    }

    static int width(Dataset<Row> frame) {
        return frame.first().<Vector>getAs(1).size();
    }
}
