package io.kfac.spark.bench;

import java.util.Map;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** MLlib's LogisticRegression by its defaults, but that it goes on until iterations gain nothing that matters here, or the limit. */
record MllibLogistic(Dataset<Row> frame, Head head, ElasticNet penalty) implements Contestant {
    /** Relative gain an iteration: 1e-5 of what divides winners from losers. */
    private static final double TOLERANCE = 1e-11;

    @Override
    public Fit fit(int iterations) {
        LogisticRegressionModel model = new LogisticRegression()
                .setFamily(head.family())
                .setRegParam(penalty.regParam())
                .setElasticNetParam(penalty.alpha())
                .setMaxIter(iterations)
                .setTol(TOLERANCE)
                .fit(frame);
        return new Fit(
                () -> Linear.of(model.coefficientMatrix(), model.interceptVector()),
                model.summary().totalIterations(),
                model.summary().objectiveHistory(),
                Map.of());
    }
}
