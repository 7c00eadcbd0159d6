package io.kfac.spark.bench;

import java.util.Map;
import org.apache.spark.ml.regression.GeneralizedLinearRegression;
import org.apache.spark.ml.regression.GeneralizedLinearRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** MLlib's GeneralizedLinearRegression with the log link, no penalty; the number of iterations alone stops it. */
record MllibGlm(Dataset<Row> frame, Head head) implements Contestant {
    @Override
    public Fit fit(int iterations) {
        GeneralizedLinearRegressionModel model = new GeneralizedLinearRegression()
                .setFamily(head.family())
                .setLink("log")
                .setMaxIter(iterations)
                .setTol(0)
                .fit(frame);
        return new Fit(
                () -> new Linear(new double[][] {model.coefficients().toArray()}, new double[] {model.intercept()}),
                iterations,
                new double[0],
                Map.of());
    }
}
