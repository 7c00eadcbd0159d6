package io.kfac.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Paths of penalties: the fits one by one, in fewer jobs. */
class PathTest {
    private static final double OBJECTIVE = 1e-9;
    /** In no order that would help. */
    private static final double[] REG_PARAMS = {0.01, 0.3, 0, 0.05, 0.1};

    @ParameterizedTest(name = "{0} classes, elasticNetParam {1}")
    @CsvSource({"2, 0", "2, 1", "3, 0.5"})
    void classifiersAreThoseOfSingleFits(int classes, double elasticNetParam) {
        Dataset<Row> frame = Samples.classes(240, 0, classes, true);
        KfacClassifier classifier = new KfacClassifier().setElasticNetParam(elasticNetParam);
        List<KfacClassificationModel> path = classifier.fitPath(frame, REG_PARAMS);
        long apart = 0;
        for (int i = 0; i < REG_PARAMS.length; i++) {
            KfacClassificationModel one = classifier
                    .copy(new org.apache.spark.ml.param.ParamMap())
                    .setRegParam(REG_PARAMS[i])
                    .fit(frame);
            KfacClassificationModel same = path.get(i);
            double objective = one.summary().certificate().orElseThrow().objective();
            assertThat(same.summary().certificate().orElseThrow().objective())
                    .isCloseTo(objective, within(OBJECTIVE * objective));
            assertThat(same.getRegParam()).isEqualTo(REG_PARAMS[i]);
            assertThat(((KfacClassifier) same.parent()).getRegParam()).isEqualTo(REG_PARAMS[i]);
            assertThat(same.coefficientMatrix().toArray())
                    .containsExactly(one.coefficientMatrix().toArray(), within(1e-3));
            assertThat(same.summary().findings()).hasSameSizeAs(one.summary().findings());
            apart += one.summary().report().jobs();
        }
        assertThat(path.get(0).summary().report().jobs()).isLessThan(apart / 2);
        assertThat(classifier.getRegParam()).isEqualTo(0);
    }

    @Test
    void regressorsAreThoseOfSingleFits() {
        Dataset<Row> frame = Samples.counts(300, true);
        KfacRegressor regressor = new KfacRegressor().setFamily("poisson").setElasticNetParam(0.5);
        List<KfacRegressionModel> path = regressor.fitPath(frame, 0.1, 0.001);
        for (KfacRegressionModel model : path) {
            KfacRegressionModel one = new KfacRegressor()
                    .setFamily("poisson")
                    .setElasticNetParam(0.5)
                    .setRegParam(model.getRegParam())
                    .fit(frame);
            double objective = one.summary().certificate().orElseThrow().objective();
            assertThat(model.summary().certificate().orElseThrow().objective())
                    .isCloseTo(objective, within(OBJECTIVE * Math.abs(objective)));
            assertThat(model.summary().deviance()).isCloseTo(one.summary().deviance(), within(1e-4));
        }
    }

    @ParameterizedTest(name = "optimizer {0}, elasticNetParam {1}")
    @CsvSource({"newton, 0.5", "newton, 0", "l-bfgs, 0.5", "newton-cg, 0"})
    void sharesOfTrialsAreThoseOfSingleFits(String optimizer, double elasticNetParam) {
        Dataset<Row> frame = Samples.classes(240, 0, 2, false);
        KfacRegressor regressor = new KfacRegressor()
                .setFamily("binomial")
                .setOptimizer(optimizer)
                .setElasticNetParam(elasticNetParam);
        List<KfacRegressionModel> path = regressor.fitPath(frame, REG_PARAMS);
        for (int i = 0; i < REG_PARAMS.length; i++) {
            double alone = new KfacClassifier()
                    .setElasticNetParam(elasticNetParam)
                    .setRegParam(REG_PARAMS[i])
                    .fit(frame)
                    .summary()
                    .certificate()
                    .orElseThrow()
                    .objective();
            assertThat(path.get(i).getRegParam()).isEqualTo(REG_PARAMS[i]);
            assertThat(path.get(i).summary().certificate().orElseThrow().objective())
                    .isCloseTo(alone, within(1e-8 * alone));
        }
    }

    @Test
    void otherOptimizersFitOneByOne() {
        Dataset<Row> frame = Samples.classes(120, 0, 2, false);
        List<KfacClassificationModel> path = new KfacClassifier()
                .setHiddenLayers(new int[] {3})
                .setMaxIter(3)
                .fitPath(frame, 0.1, 0.01);
        assertThat(path).extracting(KfacClassificationModel::getRegParam).containsExactly(0.1, 0.01);
        assertThatThrownBy(() -> new KfacClassifier().fitPath(frame, 0.1, -1)).hasMessageContaining("regParam");
    }
}
