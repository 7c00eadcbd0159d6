package io.kfac.spark.bench;

import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The independent judge of linear models: MLlib's objective, mean loss plus elastic net, in double on all rows, by plain loops that
 * share no code with either side.
 */
record LinearJudge(Dataset<Row> frame, Head head, double[] sigmas) {

    static LinearJudge of(Dataset<Row> frame, Head head) {
        return new LinearJudge(frame, head, Columns.of(frame).sigmas());
    }

    double objective(Linear model, ElasticNet penalty) {
        Head of = head;
        double[] sums = RowSums.over(frame, 2, (label, x, into) -> {
            into[0] += of.loss(predictors(model, x), label);
            into[1]++;
        });
        return sums[0] / sums[1] + penalty.value(model, sigmas);
    }

    private static double[] predictors(Linear model, SparseVector x) {
        int[] at = x.indices();
        double[] values = x.values();
        double[] z = model.intercepts().clone();
        for (int k = 0; k < z.length; k++) {
            double[] w = model.weights()[k];
            double sum = 0;
            for (int i = 0; i < at.length; i++) {
                sum += w[at[i]] * values[i];
            }
            z[k] += sum;
        }
        return z;
    }
}
