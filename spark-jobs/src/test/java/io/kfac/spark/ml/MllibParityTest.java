package io.kfac.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kfac.optimizer.Certificate;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against MLlib's LogisticRegression run long: never a higher objective, and the same coefficients. */
class MllibParityTest {
    /** Of the objective, relative. */
    private static final double NEVER_ABOVE = 1e-9;
    /** Of coefficients of standardised features: the square root of what the peer's objective is off by. */
    private static final double PEER = 2e-4;
    /** Its OWL-QN ends earlier than its L-BFGS. */
    private static final double PEER_ELASTIC_NET = 2e-3;

    @ParameterizedTest(name = "{0} classes, sparse {1}, regParam {2}, standardization {3}, intercept {4}, weights {5}")
    @CsvSource({
        "2, false, 0,   true,  true,  false",
        "2, false, 0.1, true,  true,  true",
        "2, false, 0.1, false, true,  false",
        "2, true,  0.1, false, false, true",
        "2, true,  0,   true,  true,  false",
        "2, false, 0.1, true,  false, false",
        "3, false, 0,   true,  true,  true",
        "3, false, 0.1, true,  true,  false",
        "3, true,  0.1, false, true,  true",
        "3, true,  0,   true,  false, false",
        "3, false, 0.1, false, false, false",
    })
    void agrees(
            int classes,
            boolean sparse,
            double regParam,
            boolean standardization,
            boolean intercept,
            boolean weighted) {
        check(classes, sparse, regParam, 0, standardization, intercept, weighted);
    }

    @ParameterizedTest(name = "{0} classes, sparse {1}, elasticNetParam {2}, standardization {3}")
    @CsvSource({"2, false, 1, true", "2, true, 0.5, false", "3, false, 0.5, true", "3, true, 1, false"})
    void agreesOnElasticNets(int classes, boolean sparse, double elasticNetParam, boolean standardization) {
        check(classes, sparse, 0.02, elasticNetParam, standardization, true, false);
    }

    private static void check(
            int classes,
            boolean sparse,
            double regParam,
            double elasticNetParam,
            boolean standardization,
            boolean intercept,
            boolean weighted) {
        Dataset<Row> frame =
                Samples.classes(300, 0, classes, sparse).coalesce(1).cache();
        LogisticRegression peer = new LogisticRegression()
                .setMaxIter(80)
                .setTol(1e-10)
                .setRegParam(regParam)
                .setElasticNetParam(elasticNetParam)
                .setStandardization(standardization)
                .setFitIntercept(intercept);
        KfacClassifier ours = new KfacClassifier()
                .setTol(1e-13)
                .setRegParam(regParam)
                .setElasticNetParam(elasticNetParam)
                .setStandardization(standardization)
                .setFitIntercept(intercept);
        if (weighted) {
            peer.setWeightCol("weight");
            ours.setWeightCol("weight");
        }
        LogisticRegressionModel expected = peer.fit(frame);
        KfacClassificationModel actual = ours.fit(frame);

        Penalised objective =
                new Penalised(frame.collectAsList(), weighted, regParam, elasticNetParam, standardization);
        double best = objective.at(expected.coefficientMatrix(), expected.interceptVector());
        double found = objective.at(actual.coefficientMatrix(), actual.interceptVector());
        assertThat(found).isLessThanOrEqualTo(best * (1 + NEVER_ABOVE));
        Certificate certificate = actual.summary().certificate().orElseThrow();
        assertThat(certificate.objective()).isCloseTo(found, within(1e-9 * found));
        assertThat(certificate.converged()).isTrue();

        for (int k = 0; k < actual.coefficientMatrix().numRows(); k++) {
            for (int j = 0; j < actual.numFeatures(); j++) {
                double sigma = objective.sigmas()[j];
                assertThat(actual.coefficientMatrix().apply(k, j) * sigma)
                        .as("class %d, feature %d", k, j)
                        .isCloseTo(
                                expected.coefficientMatrix().apply(k, j) * sigma,
                                within(elasticNetParam > 0 ? PEER_ELASTIC_NET : PEER));
            }
        }
        assertThat(actual.coefficientMatrix().apply(0, Samples.CONSTANT)).isEqualTo(0);
        assertThat(actual.interceptVector().size())
                .isEqualTo(expected.interceptVector().size());
    }
}
