package io.kfac.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kfac.spark.data.BadInput;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.regression.GeneralizedLinearRegression;
import org.apache.spark.ml.regression.GeneralizedLinearRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KfacRegressorTest {
    private static final double PEER = 1e-6;

    @ParameterizedTest(name = "{0} {1}, offset {2}, intercept {3}")
    @CsvSource({
        "gaussian, identity, true, true",
        "poisson, log, true, true",
        "poisson, log, false, false",
        "gamma, inverse, false, true",
        "gamma, log, true, true",
        "binomial, logit, true, true",
    })
    void agreesWithMllib(String family, String link, boolean offset, boolean intercept) {
        Dataset<Row> frame = Samples.counts(300, family.equals("poisson") || family.equals("gaussian"))
                .withColumn("shift", functions.expr("0.1 * (id % 3)"));
        if (family.equals("binomial")) {
            frame = frame.withColumn("label", functions.expr("label / (label + 1)"));
        }
        GeneralizedLinearRegression peer = new GeneralizedLinearRegression()
                .setFamily(family)
                .setLink(link)
                .setFitIntercept(intercept)
                .setWeightCol("weight")
                .setTol(1e-12)
                .setMaxIter(50);
        KfacRegressor ours = new KfacRegressor()
                .setFamily(family)
                .setLink(link)
                .setFitIntercept(intercept)
                .setWeightCol("weight")
                .setTol(1e-13);
        if (offset) {
            peer.setOffsetCol("shift");
            ours.setOffsetCol("shift");
        }
        GeneralizedLinearRegressionModel expected = peer.fit(frame);
        KfacRegressionModel actual = ours.setLinkPredictionCol("eta").fit(frame);
        assertThat(actual.coefficients().toArray())
                .containsExactly(expected.coefficients().toArray(), within(PEER));
        assertThat(actual.intercept()).isCloseTo(expected.intercept(), within(20 * PEER));
        double deviance = expected.summary().deviance();
        assertThat(actual.summary().deviance()).isCloseTo(deviance, within(1e-8 * (1 + deviance)));

        List<Row> theirs = expected.setLinkPredictionCol("eta")
                .transform(frame)
                .orderBy("id")
                .collectAsList();
        List<Row> scored = actual.transform(frame).orderBy("id").collectAsList();
        for (int i = 0; i < scored.size(); i += 7) {
            assertThat(scored.get(i).<Double>getAs("prediction"))
                    .isCloseTo(theirs.get(i).<Double>getAs("prediction"), within(1e-5));
            assertThat(scored.get(i).<Double>getAs("eta"))
                    .isCloseTo(theirs.get(i).<Double>getAs("eta"), within(1e-5));
        }
    }

    /** At the optimum of the negative binomial with a log link, sum w x (y - mu) / (1 + mu / r) = 0. */
    @Test
    void negativeBinomialSolvesItsScoreEquations() {
        Dataset<Row> frame = Samples.counts(300, true);
        KfacRegressionModel model = new KfacRegressor()
                .setFamily("negative-binomial")
                .setR(2)
                .setTol(1e-14)
                .fit(frame);
        double[] score = new double[3];
        for (Row row : frame.collectAsList()) {
            Vector x = row.getAs("features");
            double mu = model.predict(x);
            double residual = (row.<Double>getAs("label") - mu) / (1 + mu / 2);
            score[0] += residual * x.apply(0);
            score[1] += residual * x.apply(1);
            score[2] += residual;
        }
        assertThat(score).containsExactly(new double[3], within(1e-3));
    }

    @Test
    void blocksEqualRowsAndModelsAreSaved(@TempDir Path folder) throws Exception {
        Dataset<Row> frame = Samples.counts(200, true);
        for (int[] hidden : new int[][] {{}, {4}}) {
            KfacRegressionModel model = new KfacRegressor()
                    .setFamily("poisson")
                    .setHiddenLayers(hidden)
                    .setMaxIter(4)
                    .fit(frame);
            for (Row row : model.transform(frame).collectAsList()) {
                double mean = model.predict(row.getAs("features"));
                assertThat(row.<Double>getAs("prediction")).isCloseTo(mean, within(1e-12 * mean));
            }
            assertThat(model.summary().rootMeanSquaredError()).isBetween(0.0, 3.0);
            String path = folder.resolve("model" + hidden.length).toString();
            model.save(path);
            KfacRegressionModel loaded = KfacRegressionModel.load(path);
            assertThat(loaded.hasSummary()).isFalse();
            assertThat(loaded.transform(frame).orderBy("id").collectAsList())
                    .isEqualTo(model.transform(frame).orderBy("id").collectAsList());
        }
        KfacRegressor saved =
                new KfacRegressor().setFamily("gamma").setLink("log").setOffsetCol("weight");
        saved.save(folder.resolve("estimator").toString());
        assertThat(KfacRegressor.load(folder.resolve("estimator").toString()).explainParams())
                .isEqualTo(saved.explainParams());
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() {
        Dataset<Row> frame = Samples.counts(60, true);
        assertThatThrownBy(() -> new KfacRegressor()
                        .setFamily("poisson")
                        .setLink("logit")
                        .fit(frame))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("Cannot use link logit with family poisson");
        assertThatThrownBy(() -> new KfacRegressor()
                        .setFamily("gamma")
                        .setOffsetCol("weight")
                        .fit(frame))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("offsetCol");
        assertThatThrownBy(() -> new KfacRegressor()
                        .setFamily("poisson")
                        .fit(frame.withColumn("label", functions.expr("-1.0 - label"))))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("label");
        assertThatThrownBy(() -> new KfacRegressor().setOffsetCol("features").transformSchema(frame.schema()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("numeric");
    }
}
