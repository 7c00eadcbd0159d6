package io.kfac.spark.bench;

import java.util.Map;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** MLlib's LogisticRegression by its defaults, but that the number of iterations alone stops it. */
record MllibLogistic(Dataset<Row> frame, Head head, ElasticNet penalty) implements Contestant {
    @Override
    public Fit fit(int iterations) {
        LogisticRegressionModel model = new LogisticRegression()
                .setFamily(head.family())
                .setRegParam(penalty.regParam())
                .setElasticNetParam(penalty.alpha())
                .setMaxIter(iterations)
                .setTol(0)
                .fit(frame);
        return new Fit(
                () -> Linear.of(model.coefficientMatrix(), model.interceptVector()),
                model.summary().totalIterations(),
                model.summary().objectiveHistory(),
                Map.of());
    }
}
